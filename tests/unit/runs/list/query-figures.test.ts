import {
  lagBehind,
  readNewestBatches,
  type TopicEnds,
  toFigures,
  topicsOf,
} from '../../../../src/runs/list/query-figures.js';
import type { TopicOffsets } from '../../../../src/spark/offsets.js';
import { type BatchProgress, parseProgress } from '../../../../src/spark/progress.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { temporaryFolder } from '../../temporary-folder.js';

const ends: TopicEnds = new Map([
  [
    'cars',
    new Map([
      [0, 100],
      [1, 50],
      [2, 7],
    ]),
  ],
  ['news', new Map([[0, 10]])],
]);

describe('lagBehind', () => {
  test.each<[string, TopicOffsets | null, number | null]>([
    ['all was read', { cars: { 0: 100, 1: 50, 2: 7 } }, 0],
    ['a part was read', { cars: { 0: 90, 1: 50, 2: 0 } }, 17],
    ['a partition is new, and nothing of it was read', { cars: { 0: 100, 1: 50 } }, 7],
    ['the query is ahead of what the broker told a moment ago', { cars: { 0: 120, 1: 50, 2: 7 } }, 0],
    ['there are two topics', { cars: { 0: 100, 1: 49, 2: 7 }, news: { 0: 8 } }, 3],
    ['a topic was deleted', { cars: { 0: 0, 1: 0, 2: 0 }, gone: { 0: 3 } }, null],
    ['the query has not told where it stands', null, null],
    ['it reads no topic', {}, 0],
  ])('where %s', (_, offsets, lag) => {
    expect(lagBehind(offsets, ends)).toBe(lag);
  });
});

/** Batches of Spark's own progress, one line each. */
const batches = (...lines: object[]): BatchProgress[] =>
  parseProgress(lines.map((line) => JSON.stringify(line)).join('\n'));
const now = new Date('2026-11-24T10:10:00.000Z');
const batch = (batchId: number, ago: number | null, rows: number, some: object = {}) => ({
  name: 'topic',
  batchId,
  ...(ago === null ? {} : { timestamp: new Date(now.getTime() - ago * 1000).toISOString() }),
  numInputRows: rows,
  ...some,
});

describe('toFigures', () => {
  test('has the newest batch of each query, the main query first', () => {
    const eventTime = { watermark: '2026-11-24T09:08:00.000Z', max: '2026-11-24T10:08:00.000Z' };
    const all = batches(
      batch(0, 30, 5, { name: 'dead-letters' }),
      batch(4, 20, 60, { eventTime, durationMs: { triggerExecution: 900 }, stateOperators: [{ numRowsTotal: 3 }] }),
      batch(5, 10, 0, {
        eventTime: { watermark: '2026-11-24T09:09:00.000Z' },
        durationMs: { triggerExecution: 600 },
        stateOperators: [{ numRowsTotal: 2 }, { numRowsTotal: 4 }],
        sources: [{ endOffset: { cars: { 0: 90, 1: 50, 2: 7 } } }],
      }),
    );
    expect(toFigures(all, ends, now)).toEqual([
      {
        query: 'topic',
        batchId: 5,
        at: '2026-11-24T10:09:50.000Z',
        batchMs: 600,
        rowsPerSecond: 3,
        stateRows: 6,
        watermark: '2026-11-24T09:09:00.000Z',
        newestEvent: '2026-11-24T10:08:00.000Z',
        lag: 10,
      },
      expect.objectContaining({ query: 'dead-letters', batchId: 0, lag: null, newestEvent: null }),
    ]);
  });

  test.each<[string, object[], number]>([
    ['counts the last minute alone', [batch(0, 61, 1_000), batch(1, 50, 100), batch(2, 10, 400)], 10],
    ['is one of less than a minute for a run that is young', [batch(0, 4, 100)], 25],
    ['never divides by less than a second', [batch(0, 0.1, 50)], 50],
    ['is 0 for a stream that has rested for a minute', [batch(0, 120, 1_000)], 0],
    ['is 0 where the batches do not say when they were', [batch(0, null, 1_000)], 0],
    ['has one decimal', [batch(0, 30, 100)], 3.3],
  ])('the rate %s', (_, lines, rate) => {
    expect(toFigures(batches(...lines), undefined, now)).toMatchObject([{ rowsPerSecond: rate, lag: null }]);
  });

  test('there are none before the first batch', () => {
    expect(toFigures([], ends, now)).toEqual([]);
  });

  test('of the queries of a script, the one that began first comes first', () => {
    const all = batches(batch(0, 9, 1, { name: 'b' }), batch(0, 8, 1, { name: 'a' }), batch(1, 7, 1, { name: 'b' }));
    expect(toFigures(all, undefined, now).map(({ query, batchId }) => [query, batchId])).toEqual([
      ['b', 1],
      ['a', 0],
    ]);
  });
});

test('topicsOf names each topic that is read once', () => {
  const read = (...topics: string[]) => ({ sources: topics.map((topic) => ({ endOffset: { [topic]: { 0: 1 } } })) });
  expect(topicsOf(batches(batch(0, 9, 1, read('cars')), batch(1, 8, 1, read('cars', 'news')), batch(2, 7, 1)))).toEqual(
    ['cars', 'news'],
  );
});

describe('readNewestBatches', () => {
  const { target } = makeFolderTarget(temporaryFolder());
  const put = (run: string, file: string, text: string) => target.data.put(`runs/${run}/${file}`, text);

  test('reads what a job writes down, and of a long file its end', async () => {
    const lines = Array.from({ length: 6_000 }, (_, id) =>
      JSON.stringify(batch(id, 6_000 - id, 1, { runId: 'x'.repeat(40) })),
    );
    await put('job-1', 'progress.ndjson', `${lines.join('\n')}\n{"name":"topic","batchId":6000`);
    const newest = await readNewestBatches(target, makeRunRecord({ run: 'job-1' }));
    expect(newest.at(-1)).toMatchObject({ batchId: 5_999 });
    expect(newest.length).toBeGreaterThan(1_000);
    expect(newest.length).toBeLessThan(6_000);
  });

  test("reads of a user's script what Spark says in its log", async () => {
    const begin = '26/11/24 15:08:28 INFO ProgressReporter: Streaming query made progress: ';
    const told = JSON.stringify(batch(3, 1, 240), null, 2).replaceAll('":', '" :');
    await put('script-1', 'driver.log', `INFO a\n${begin}${told}\nINFO b\n`);
    const newest = await readNewestBatches(target, makeRunRecord({ run: 'script-1', script: '/home/ada/mine.py' }));
    expect(newest).toMatchObject([{ query: 'topic', batchId: 3, rowsRead: 240 }]);
  });

  test('there are none before the first', async () => {
    expect(await readNewestBatches(target, makeRunRecord({ run: 'new-1' }))).toEqual([]);
  });
});
