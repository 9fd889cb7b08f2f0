import type { TopicDescription } from '../../../src/kafka/topics.js';
import { findProject } from '../../../src/project/project-folder.js';
import { readLedger, type SeedLedger, SourceSeededError, writeLedger } from '../../../src/seed/seed-ledger.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
let count = 0;

/** A topic of two partitions; `start` is what retention or emptying has removed. */
function topicOf(end: number, start = 0): TopicDescription {
  const partition = (number: number) => ({ partition: number, leader: 1, start, end, records: end - start });
  return { topic: 'cars', records: 2 * (end - start), partitions: [partition(0), partition(1)] };
}

const ledger: SeedLedger = { sources: { 'audi.csv': 20 }, endOffsets: 20, newestEventMs: 1_700_000_000_000 };
const nothing = { sources: {}, endOffsets: 0, newestEventMs: 0 };

async function readAfterwards(topic: TopicDescription) {
  const project = findProject(root, `project-${++count}`);
  await writeLedger(project, 'cars', ledger);
  return readLedger(project, topic);
}

describe('readLedger', () => {
  test('knows nothing of a topic that was never seeded', async () => {
    expect(await readLedger(findProject(root, 'new'), topicOf(10))).toEqual(nothing);
  });

  test('remembers the sources, also when others have written meanwhile', async () => {
    expect(await readAfterwards(topicOf(10))).toEqual(ledger);
    expect(await readAfterwards(topicOf(500))).toEqual(ledger);
  });

  test('forgets them with a topic that was made anew', async () => {
    expect(await readAfterwards(topicOf(0))).toEqual(nothing);
    expect(await readAfterwards(topicOf(9))).toEqual(nothing);
  });

  test('forgets the sources of an emptied topic, and keeps its newest event', async () => {
    expect(await readAfterwards(topicOf(10, 10))).toEqual({ ...nothing, newestEventMs: ledger.newestEventMs });
  });

  test('keeps each topic by itself', async () => {
    const project = findProject(root, 'two');
    await writeLedger(project, 'cars', ledger);
    expect(await readLedger(project, { ...topicOf(10), topic: 'news' })).toEqual(nothing);
  });
});

describe('SourceSeededError', () => {
  test('names topic, sources and both ways out', () => {
    expect(new SourceSeededError('cars', ['audi.csv', 'bmw.csv'])).toMatchObject({
      code: 'SOURCE_SEEDED',
      exitCode: 2,
      message: 'The topic cars already holds audi.csv, bmw.csv',
      hint: expect.stringMatching(/--append.*--replace/),
    });
  });
});
