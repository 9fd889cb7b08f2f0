import { judge } from '../../../../src/runs/explain/explain.js';
import type { ExplainFacts } from '../../../../src/runs/explain/facts.js';
import { toWords } from '../../../../src/runs/explain/wording/to-words.js';
import type { JoinProgress, Side } from '../../../../src/runs/list/sides.js';
import { makeFacts, makeProgress, makeTopic, topicsOf } from '../../../fakes/explain-facts.js';

const explain = (facts: ExplainFacts) => toWords(judge(facts));

const time = (clock: string) => Date.parse(`2026-11-24T${clock}Z`);
const MINUTE_MS = 60_000;
const news: Side = {
  topic: 'news',
  delayMs: 30 * MINUTE_MS,
  newestMs: time('14:01:00'),
  lastReadMs: time('15:20:03.500'),
};
const cars: Side = { ...news, topic: 'cars', delayMs: 10 * MINUTE_MS, newestMs: time('15:38:32') };

const progressOf = (topic: object = {}) => {
  const eventTime = {
    min: '2026-11-24T13:30:00.000Z',
    max: '2026-11-24T15:38:32.000Z',
    watermark: '2026-11-24T13:20:00.000Z',
  };
  return makeProgress({ topic: { eventTime, ...topic }, parquet: null });
};

/** A stream that joins two topics, in windows of ten minutes. */
function joinedFacts(sides: readonly Side[], some: Partial<ExplainFacts> = {}): ExplainFacts {
  const facts = makeFacts();
  const joined: JoinProgress = {
    sides,
    windowMs: 10 * MINUTE_MS,
    openRows: 22,
    watermarkMs: time('13:20:00'),
    sinceMs: time('15:19:00'),
  };
  const topicIds = { news: 'id-1', cars: 'id-2' };
  const checkpoint = facts.checkpoint && { ...facts.checkpoint, topicIds, windowMs: joined.windowMs, delayMs: null };
  const topics = topicsOf(makeTopic('news', [63, 57, 69, 51]), makeTopic('cars', [3_000]));
  return {
    ...{ ...facts, reads: ['news', 'cars'], progress: progressOf(), joined, checkpoint, topics, windowEnds: [] },
    topicIds: new Map(Object.entries(topicIds)),
    ...some,
  };
}

describe('an idle topic', () => {
  const finding = (facts: ExplainFacts, id = 'side-idle') => explain(facts).findings.find((found) => found.id === id);

  test('is named with the time since when, both watermarks, and the command that brings newer events', () => {
    expect(finding(joinedFacts([news, cars]))).toMatchObject({
      words: '`news` holds the results back: it has brought no record since 15:20:03.',
      details: [
        '`news`: newest event 14:01:00 - 30 minutes = watermark 13:31:00',
        '`cars`: newest event 15:38:32 - 10 minutes = watermark 15:28:32',
        'a window is final once both watermarks have passed it; 22 rows wait',
      ],
      numbers: { topic: 'news', newestEvent: '2026-11-24T14:01:00.000Z', since: '2026-11-24T15:20:03.500Z' },
      command: 'millrace seed news --shift-to-now --append',
      likelihood: 'likely',
    });
  });

  test('explains alone why there is no result', () => {
    const progress = progressOf({ sink: { numOutputRows: 0 } });
    expect(explain(joinedFacts([news, cars], { progress })).findings[0]).toMatchObject({
      id: 'side-idle',
      likelihood: 'certain',
    });
  });

  test('counts even if the driver has read none of its records', () => {
    const none = { ...news, newestMs: null, lastReadMs: null };
    const facts = joinedFacts([none, { ...cars, topic: 'my-cars' }]);
    expect(finding(facts)).toMatchObject({
      words: '`news` holds the results back: it has brought no record since 15:19:00.',
      details: [
        expect.stringContaining('earlier'),
        '`news`: no event',
        expect.stringContaining('15:28:32'),
        expect.anything(),
      ],
      numbers: { newestEvent: null, since: '2026-11-24T15:19:00.000Z' },
    });
    expect(explain(facts).unchecked).toEqual([]);
  });

  test('has no command where the topic is one of the user', () => {
    expect(finding(joinedFacts([{ ...news, topic: 'my-news' }, cars]))?.command).toBeNull();
  });

  test('is ruled out if both topics are equally far, and does not apply to a run of one topic', () => {
    const ruledOut = (facts: ExplainFacts) => explain(facts).ruledOut.map(({ id }) => id);
    expect(ruledOut(joinedFacts([{ ...news, newestMs: time('15:38:00') }, cars]))).toContain('side-idle');
    expect(ruledOut(makeFacts())).not.toContain('side-idle');
  });

  test('open windows of a join wait for events of both', () => {
    expect(finding(joinedFacts([news, cars]), 'window-open')).toMatchObject({
      details: [
        'newest event 14:01:00 - 30 minutes = watermark 13:31:00',
        expect.stringContaining('needs an event of `news` from 14:10:00 and of `cars` from 13:50:00 or later'),
        expect.anything(),
      ],
      command: 'millrace seed news --shift-to-now --append',
    });
  });

  test('topics that are all empty are named together', () => {
    const topics = topicsOf(makeTopic('news', [0]), makeTopic('cars', [0]));
    expect(finding(joinedFacts([news, cars], { topics }), 'topic-empty')).toMatchObject({
      words: 'The topics `news`, `cars` are empty.',
      command: 'millrace seed news',
    });
  });
});
