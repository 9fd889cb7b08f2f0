import type { TopicDescription } from '../../../../src/kafka/topics.js';
import { findProject } from '../../../../src/project/project-folder.js';
import { seedErrors } from '../../../../src/seed/engine/seed-errors.js';
import {
  describeOthers,
  forgetLedgers,
  readLedger,
  type SeedLedger,
  writeLedger,
} from '../../../../src/seed/engine/seed-ledger.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
let count = 0;

/** A topic of two partitions; `start` is what retention or emptying has removed. */
function topicOf(end: number, start = 0): TopicDescription {
  const partition = (number: number) => ({
    partition: number,
    leader: 1,
    start,
    end,
    stable: end,
    offsets: end - start,
  });
  return { topic: 'cars', offsets: 2 * (end - start), partitions: [partition(0), partition(1)] };
}

const ledger: SeedLedger = { sources: { 'audi.csv': 20 }, endOffsets: 20, newestEventMs: 1_700_000_000_000 };
const nothing = { sources: {}, endOffsets: 0, newestEventMs: 0 };

const placeOf = (name: string, clusterId = 'one') => ({ project: findProject(root, name), clusterId });

async function readAfterwards(topic: TopicDescription) {
  const place = placeOf(`project-${++count}`);
  await writeLedger(place, 'cars', ledger);
  return readLedger(place, topic);
}

test('forgetLedgers leaves those of other clusters', async () => {
  const [one, other] = [placeOf('two-clusters'), placeOf('two-clusters', 'other')];
  for (const place of [one, other]) await writeLedger(place, 'cars', ledger);
  await forgetLedgers(one);
  expect(await readLedger(one, topicOf(10))).toEqual(nothing);
  expect(await readLedger(other, topicOf(10))).toEqual(ledger);
  await forgetLedgers(one);
});

describe('readLedger', () => {
  test('knows nothing of a topic that was never seeded', async () => {
    expect(await readLedger(placeOf('new'), topicOf(10))).toEqual(nothing);
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
    const place = placeOf('two');
    await writeLedger(place, 'cars', ledger);
    expect(await readLedger(place, { ...topicOf(10), topic: 'news' })).toEqual(nothing);
  });

  test('keeps each cluster of the project by itself, and finds the first again after the second', async () => {
    const [first, second] = [placeOf('both', 'first'), placeOf('both', 'second')];
    await writeLedger(first, 'cars', ledger);
    expect(await readLedger(second, topicOf(10))).toEqual(nothing);
    await writeLedger(second, 'cars', { ...ledger, sources: {} });
    expect(await readLedger(first, topicOf(10))).toEqual(ledger);
  });
});

describe('describeOthers', () => {
  const none: SeedLedger = { sources: {}, endOffsets: 0, newestEventMs: 0 };
  const two: SeedLedger = { sources: { 'audi.csv': 15, 'bmw.csv': 5 }, endOffsets: 20, newestEventMs: 0 };

  test.each<[string, TopicDescription, SeedLedger, string[], string[]]>([
    ['nothing of a topic with the named sources only', topicOf(10), ledger, ['audi.csv'], []],
    ['nothing of an empty topic', topicOf(10, 10), none, ['audi.csv'], []],
    [
      'nothing when records were read and never acknowledged',
      topicOf(9),
      { ...ledger, endOffsets: 18 },
      ['audi.csv'],
      [],
    ],
    ['other sources', topicOf(10), two, ['audi.csv'], ['bmw.csv']],
    ['records of others', topicOf(11), ledger, ['audi.csv'], ['2 offsets that this project did not fill']],
    ['a topic never seeded', topicOf(2), none, ['audi.csv'], ['4 offsets that this project did not fill']],
    [
      'others beside sources',
      topicOf(11),
      two,
      [],
      ['audi.csv', 'bmw.csv', '2 offsets that this project did not fill'],
    ],
    [
      'records of others after ours expired',
      topicOf(12, 9),
      ledger,
      ['audi.csv'],
      ['4 offsets that this project did not fill'],
    ],
    ['no more than there are', topicOf(30, 28), ledger, ['audi.csv'], ['4 offsets that this project did not fill']],
  ])('names %s', (_, topic, noted, sources, others) => {
    expect(describeOthers(topic, noted, sources)).toEqual(others);
  });

  test('counts one offset as one', () => {
    const { partitions } = topicOf(10);
    const noted = { ...ledger, sources: { 'audi.csv': 19 }, endOffsets: 19 };
    expect(describeOthers({ topic: 'cars', offsets: 20, partitions }, noted, ['audi.csv'])).toEqual([
      '1 offset that this project did not fill',
    ]);
  });
});

describe('SOURCE_SEEDED', () => {
  test('names topic, sources and both ways out', () => {
    expect(seedErrors.SOURCE_SEEDED({ topic: 'cars', sources: ['audi.csv', 'bmw.csv'] })).toMatchObject({
      code: 'SOURCE_SEEDED',
      exitCode: 2,
      message: 'The topic cars already holds audi.csv, bmw.csv',
      hint: expect.stringMatching(/--append.*--replace/),
    });
  });
});
