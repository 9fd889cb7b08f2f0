import { describeExplanation } from '../../../src/commands/describe-explanation.js';
import { judge } from '../../../src/runs/explain/explain.js';
import type { ExplainFacts } from '../../../src/runs/explain/facts.js';
import { toWords } from '../../../src/runs/explain/wording/to-words.js';
import { makeFacts, makeProgress } from '../../fakes/explain-facts.js';

const explain = (facts: ExplainFacts) => toWords(judge(facts));

const describeFacts = (some: Partial<ExplainFacts> = {}) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what must go
  describeExplanation({ isNewest: true, ...explain(makeFacts(some)) }).replace(/\u001b\[\d+m/g, '');

const deadLetters = {
  progress: makeProgress({ 'dead-letters': { sink: { numOutputRows: 2 } } }),
  deadLetter: { topic: 'news', partition: 1, offset: 233, reason: 'published_at_ms is missing' },
};

describe('describeExplanation', () => {
  test('adds the global options to the command that helps', () => {
    const explanation = { isNewest: true, ...explain(makeFacts(deadLetters)) };
    expect(describeExplanation(explanation, ['--project /elsewhere'])).toContain(
      'do: millrace topic tail windowed-news.dead-letters --project /elsewhere\n',
    );
  });

  test('shows how it goes, why, what helps and what it is not', () => {
    expect(describeFacts(deadLetters)).toBe(`\
  windowed-news-1 (newest): runs well; 240 records read, 22 results, 0 rows in
  parquet. Because:
  1. No window is in parquet yet: 22 rows wait in open ones.          this is it
     newest event 15:38:32 - 1 minute = watermark 15:37:32
     first open window ends 15:38:10: needs an event from 15:39:10 or later
     all records are read: the watermark stands still until newer ones come
  2. 2 of 240 records could not be read.                             costs 0.8 %
     news, partition 1, offset 233: published_at_ms is missing
     do: millrace topic tail windowed-news.dead-letters

  Ruled out: broker gone, topic missing, topic created again, topic empty, no
  cores, lost executor, still starting, first batch not done, read from the end,
  read by an earlier run, late rows, events from the future, records that wait,
  master gone.`);
  });

  test.each<[string, Partial<ExplainFacts>]>([
    ['dead letters', deadLetters],
    ['a broker that is gone', { topics: null, topicIds: null, waiting: null }],
    ['a deleted topic', { topics: new Map() }],
  ])('keeps to 80 columns with %s, but for a command', (_, some) => {
    const wide = describeFacts(some)
      .split('\n')
      .filter((line) => line.length > 80 && !line.startsWith('     do: '));
    expect(wide).toEqual([]);
  });

  test('says what could not be checked', () => {
    const text = describeFacts({ topics: null, topicIds: null, waiting: null });
    expect(text).toMatch(/^ {2}Could not be checked: topic missing,/m);
  });

  test('says that all is well', () => {
    const text = describeFacts({ progress: makeProgress({ parquet: { stateOperators: [{ numRowsRemoved: 22 }] } }) });
    expect(text).toMatch(/22 rows in\n {2}parquet\. Nothing stands in its way\.\n\n {2}Ruled out: /);
  });

  test('shows no control character from a topic', () => {
    const deadLetter = { ...deadLetters.deadLetter, reason: '\u001b]0;owned\u0007' };
    expect(describeFacts({ ...deadLetters, deadLetter })).toContain('offset 233: \uFFFD]0;owned\uFFFD');
  });
});
