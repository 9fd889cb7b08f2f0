import { findIdleSide, readJoinProgress, toJoinProgress } from '../../../../src/runs/list/sides.js';
import { parseProgress } from '../../../../src/spark/progress.js';
import { plainFingerprint } from '../../../checkpoint-changes.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target } = makeFolderTarget(temporaryFolder());
const MINUTE_MS = 60_000;
const windowMs = 10 * MINUTE_MS;
const delays = [['news', 30 * MINUTE_MS] as const, ['cars', 10 * MINUTE_MS] as const];
const at = (clock: string) => `2026-11-24T${clock}:00.000Z`;
const time = (clock: string) => Date.parse(at(clock));

/** One batch as Spark reports it: when it began, and for each topic from which it read the time of the newest event. */
function line(batchId: number, began: string, newest: { news?: string; cars?: string }, some: object = {}) {
  const events = (clock: string | undefined) =>
    clock
      ? { rows: 3, newest_event_ms: time(clock), oldest_event_ms: time(clock) - MINUTE_MS }
      : { rows: 0, newest_event_ms: null, oldest_event_ms: null };
  return JSON.stringify({
    ...{ name: 'topic', batchId, timestamp: at(began), stateOperators: [{ numRowsTotal: 5 }] },
    observedMetrics: { 'read:news': events(newest.news), 'read:cars': events(newest.cars) },
    ...some,
  });
}

const batchesOf = (...lines: string[]) => parseProgress(lines.join('\n'));
const bounded = makeRunRecord({ run: 'pulse-1', reads: ['news', 'cars'], trigger: 'available-now' });
const endless = { ...bounded, trigger: '1 second' };
const idleOf = (record: typeof bounded, now: string, ...lines: string[]) =>
  findIdleSide(toJoinProgress(batchesOf(...lines), delays, windowMs), record, 'running', time(now));

describe('toJoinProgress', () => {
  test('gives for each topic its newest event and when it was read last', () => {
    const lines = [
      line(0, '15:00', { news: '14:50', cars: '14:00' }),
      line(1, '15:02', { cars: '14:40' }, { eventTime: { watermark: at('13:50') } }),
    ];
    expect(toJoinProgress(batchesOf(...lines), delays, windowMs)).toEqual({
      sides: [
        {
          topic: 'news',
          delayMs: 30 * MINUTE_MS,
          newestMs: time('14:50'),
          lastReadMs: time('15:00'),
        },
        {
          topic: 'cars',
          delayMs: 10 * MINUTE_MS,
          newestMs: time('14:40'),
          lastReadMs: time('15:02'),
        },
      ],
      windowMs,
      openRows: 5,
      watermarkMs: time('13:50'),
      sinceMs: time('15:00'),
    });
  });
});

describe('findIdleSide', () => {
  const behind = line(0, '15:00', { news: '14:00', cars: '14:58' });

  test('names the topic whose newest event keeps windows open that the other would have closed', () => {
    expect(idleOf(bounded, '15:01', behind)).toEqual({ topic: 'news', newestEvent: at('14:00'), since: at('15:00') });
  });

  test('names one that has brought nothing since its driver began, even if the watermark is that of an earlier driver', () => {
    const resumed = line(7, '15:00', { cars: '14:58' }, { eventTime: { watermark: at('13:30') } });
    const idle = { topic: 'news', newestEvent: null, since: at('15:00') };
    expect(idleOf(endless, '15:00', resumed)).toBeNull();
    expect(idleOf(endless, '15:02', resumed)).toEqual(idle);
  });

  test('a stream may pause for a minute', () => {
    expect(idleOf(endless, '15:00', behind)).toBeNull();
    expect(idleOf(endless, '15:01', behind)).toMatchObject({ topic: 'news' });
    const idle = idleOf(endless, '15:09', behind, line(1, '15:05', { news: '14:01' }), line(2, '15:08', {}));
    expect(idle).toMatchObject({ newestEvent: at('14:01'), since: at('15:05') });
  });

  test('a stream that was stopped waits for nothing; an available-now run that has ended names the topic', () => {
    const joined = toJoinProgress(batchesOf(behind), delays, windowMs);
    expect(findIdleSide(joined, endless, 'stopped', time('18:00'))).toBeNull();
    expect(findIdleSide(joined, bounded, 'succeeded', time('18:00'))).toMatchObject({ topic: 'news' });
  });

  test.each<[string, string[]]>([
    ['both have come as far', [line(0, '15:00', { news: '14:58', cars: '14:59' })]],
    [
      'the one behind may be later by less, and does not hold the watermark',
      [line(0, '15:00', { news: '14:58', cars: '14:45' })],
    ],
    [
      'the other is no further than to the end of the same window',
      [line(0, '15:00', { news: '14:33', cars: '14:19' })],
    ],
    ['no topic has brought an event', [line(0, '15:00', {})]],
    ['no row waits', [line(0, '15:00', { news: '14:00', cars: '14:58' }, { stateOperators: [{ numRowsTotal: 0 }] })]],
    [
      'the watermark that the checkpoint has kept is as far as the other would bring it',
      [line(7, '15:00', { cars: '14:58' }, { eventTime: { watermark: at('14:45') } })],
    ],
  ])('names none where %s', (_, lines) => {
    expect(idleOf(bounded, '16:00', ...lines)).toBeNull();
  });
});

describe('readJoinProgress', () => {
  const put = (...lines: string[]) =>
    target.data.put('runs/pulse-1/progress.ndjson', lines.map((l) => `${l}\n`).join(''));
  const fingerprint = (some: object) =>
    target.data.put('checkpoints/pulse/1/fingerprint.json', JSON.stringify({ ...plainFingerprint, ...some }));
  const watermark = { news: '30 minutes', cars: '10 minutes' };
  beforeEach(() => fingerprint({ watermark }));

  test('takes delays and window from the fingerprint, and the batches of the query for the topic', async () => {
    const batch = line(0, '15:00', { news: '14:00', cars: '14:58' });
    await put(batch, line(0, '15:01', { news: '14:59' }, { name: 'parquet' }));
    expect(await readJoinProgress(target, bounded)).toEqual(toJoinProgress(batchesOf(batch), delays, windowMs));
  });

  test('reads back to the last record of a topic, part by part', async () => {
    const empty = line(1, '15:10', { cars: '14:59' }, { pad: 'x'.repeat(100_000) });
    await put(
      line(0, '15:00', { news: '14:50', cars: '15:02' }),
      line(1, '15:01', { news: '14:40' }),
      ...Array.from({ length: 9 }, () => empty),
      line(900, '15:30', { cars: '15:01' }, { eventTime: { watermark: at('14:10') }, stateOperators: [] }),
    );
    expect(await readJoinProgress(target, bounded)).toMatchObject({
      sides: [
        { topic: 'news', newestMs: time('14:50'), lastReadMs: time('15:01') },
        { topic: 'cars', newestMs: time('15:02'), lastReadMs: time('15:30') },
      ],
      watermarkMs: time('14:10'),
      openRows: 0,
    });
  });

  test('knows the newest driver only: what earlier ones have read does not hold back its watermark', async () => {
    const [first, second] = [{ runId: 'a' }, { runId: 'b' }];
    await put(
      line(0, '12:00', { news: '12:00', cars: '12:00' }, first),
      line(0, '12:05', {}, { ...second, name: 'parquet' }),
      line(1, '12:05', { news: '12:05' }, second),
      line(2, '12:29', { news: '12:29' }, second),
    );
    const joined = await readJoinProgress(target, endless);
    expect(joined?.sides[1]).toMatchObject({ topic: 'cars', newestMs: null, lastReadMs: null });
    expect(findIdleSide(joined, endless, 'running', time('12:31'))).toEqual({
      topic: 'cars',
      newestEvent: null,
      since: at('12:05'),
    });
  });

  test('is null for topics with one watermark, for a run of one topic, and before the first event', async () => {
    await put(line(0, '15:00', {}, { observedMetrics: {} }));
    expect(await readJoinProgress(target, bounded)).toBeNull();
    await put(line(0, '15:00', { news: '14:00', cars: '14:58' }));
    expect(await readJoinProgress(target, { ...bounded, reads: ['news'] })).toBeNull();
    await fingerprint({ watermark: '10 minutes' });
    expect(await readJoinProgress(target, bounded)).toBeNull();
  });

  test.each([
    ['the window', { watermark, window: '1 week' }],
    ['a delay', { watermark: { ...watermark, news: '1 week' } }],
  ])('is null where %s is spelled as only Spark reads it', async (_, some) => {
    await fingerprint(some);
    await put(line(0, '15:00', { news: '14:00', cars: '14:58' }));
    expect(await readJoinProgress(target, bounded)).toBeNull();
  });
});
