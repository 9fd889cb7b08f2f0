import { getEventListeners } from 'node:events';
import { CodecError } from '../../../src/kafka/codecs.js';
import { type IncomingRecord, type ReadOptions, readRecords } from '../../../src/kafka/read-records.js';
import { LogBroker, type PartitionLog } from '../../fakes/log-broker.js';
import { failureOf } from '../failure-of.js';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const plain = (end: number, start = 0): PartitionLog => ({ records: range(start, end), start, end });

async function read(log: LogBroker, options: Partial<ReadOptions> = {}): Promise<string[]> {
  const seen: IncomingRecord[] = [];
  const signal = AbortSignal.timeout(options.isFollowing ? 100 : 5_000);
  await readRecords(log.broker, 'cars', { signal, ...options }, (record) => seen.push(record));
  return seen.map(({ partition, offset }) => `${partition}:${offset}`);
}

describe('readRecords', () => {
  const came = new Map([
    [0, [2, 3]],
    [1, [1]],
  ]);

  test.each([
    ['the newest', { last: 10 }, ['1:0', '0:0', '0:1']],
    ['all', {}, ['0:0', '0:1', '1:0']],
  ])('leaves out what came after it began, when it reads %s', async (_, options, records) => {
    expect(await read(new LogBroker([plain(2), plain(1)], came), options)).toEqual(records);
  });

  test('begins at the offsets that are given, and where none is at the first that is held', async () => {
    const log = () => new LogBroker([plain(4), plain(2)]);
    expect(await read(log(), { from: new Map([[0, 2]]) })).toEqual(['0:2', '0:3', '1:0', '1:1']);
    const ends = new Map([
      [0, 4],
      [1, 2],
    ]);
    expect(await read(log(), { from: ends, silentForMs: 30 })).toEqual([]);
  });

  test.each([
    ['all', {}],
    ['the newest', { last: 5 }],
  ])('goes on with what comes later when it follows %s', async (_, options) => {
    const records = await read(new LogBroker([plain(2), plain(1)], came), { isFollowing: true, ...options });
    expect([...records].sort()).toEqual(['0:0', '0:1', '0:2', '0:3', '1:0', '1:1']);
    expect(new Set(records.slice(0, 2))).not.toContain('0:2');
  });

  test('leaves nothing behind at the signal, which may be that of a command that reads every minute', async () => {
    const { signal } = new AbortController();
    expect(await read(new LogBroker([plain(2), plain(1)]), { signal })).toHaveLength(3);
    await read(new LogBroker([{ ...plain(2), silentFrom: 0 }]), { signal, silentForMs: 30 }).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('the newest N records', () => {
  const markers = (end: number, hidden: readonly number[]): PartitionLog => ({
    ...{ records: range(0, end).filter((offset) => !hidden.includes(offset)), hidden, end },
  });

  test.each<[string, PartitionLog, number, number[]]>([
    ['where the last offset is a marker', markers(6, [1, 3, 5]), 1, [4]],
    ['beside markers', markers(6, [1, 3, 5]), 3, [0, 2, 4]],
    ['behind thousands of aborted ones', { records: [0, 1, 2], hidden: range(3, 5_000), end: 5_000 }, 2, [1, 2]],
    ['where there are fewer', markers(6, [1, 3, 5]), 10, [0, 2, 4]],
    ['where there are none', { records: [], hidden: range(0, 200), end: 200 }, 3, []],
    ['on both sides of what compaction took', { records: [7, 3_000, 3_999], end: 4_000 }, 3, [7, 3_000, 3_999]],
    ['before an open transaction', { records: range(0, 80), end: 90, stable: 60 }, 2, [58, 59]],
    ['of many', plain(20_000, 4_000), 3, [19_997, 19_998, 19_999]],
  ])('are found %s', async (_, log, last, offsets) => {
    expect(await read(new LogBroker([log]), { last, silentForMs: 500 })).toEqual(
      offsets.map((offset) => `0:${offset}`),
    );
  });

  test('are read once, and in few looks', async () => {
    const log = new LogBroker([{ records: range(0, 30), hidden: range(30, 10_000), end: 10_000 }]);
    expect(await read(log, { last: 30 })).toHaveLength(30);
    expect(
      log.fetches.filter(([, from], index) => log.fetches.findIndex(([, other]) => other === from) < index),
    ).toEqual([]);
    expect(log.fetches.length).toBeLessThan(10_000 / 100 + 10);
  });

  test('come before what comes later, also where they were looked for far back', async () => {
    const log = new LogBroker([{ records: [0, 1], hidden: range(2, 500), end: 500 }], new Map([[0, [500, 501]]]));
    expect(await read(log, { last: 2, isFollowing: true })).toEqual(['0:0', '0:1', '0:500', '0:501']);
  });
});

describe('a reader of a broker that hands out nothing', () => {
  const silent: PartitionLog[] = [plain(2), { ...plain(5), silentFrom: 3 }];

  test('says that the broker is gone where it does not answer', async () => {
    const log = new LogBroker(silent);
    const reading = failureOf(read(log, { silentForMs: 30 }));
    setTimeout(() => {
      log.isAnswering = false;
    }, 15);
    expect(await reading).toMatchObject({ code: 'BROKER_UNREACHABLE' });
  });

  test('says where it stands where the broker answers', async () => {
    expect(await failureOf(read(new LogBroker(silent), { silentForMs: 40 }))).toMatchObject({
      ...{ code: 'RECORDS_WITHHELD', exitCode: 4, topic: 'cars', partition: 1, offset: 3 },
    });
  });

  test.each<[string, PartitionLog]>([
    ['were deleted meanwhile', { records: [], start: 5, end: 5 }],
    ['are of another topic, since this one was created again', { records: [0], end: 1 }],
  ])('ends where the records %s', async (_, now) => {
    const log = new LogBroker(silent);
    const reading = read(log, { last: 10, silentForMs: 200 });
    setTimeout(() => {
      log.logs = [plain(2), { ...now, silentFrom: 0 }];
    }, 50);
    expect(await reading).toEqual(['1:0', '1:1', '1:2', '0:0', '0:1']);
  });

  test('refuses an open transaction where it must see all, but not behind what is known', async () => {
    const open: PartitionLog[] = [{ ...plain(9), stable: 4 }];
    const from = new Map([[0, 9]]);
    expect(await failureOf(read(new LogBroker(open), { isWhole: true }))).toMatchObject({
      ...{ code: 'TRANSACTION_OPEN', exitCode: 4, retriable: true, topic: 'cars', partition: 0, offset: 4 },
    });
    expect(await read(new LogBroker(open))).toEqual(['0:0', '0:1', '0:2', '0:3']);
    expect(await read(new LogBroker(open), { isWhole: true, from })).toEqual([]);
  });

  test.each([
    [true, 'CODEC_MISSING', 3],
    [false, 'RECORDS_DAMAGED', 5],
  ])('blames the right side for what it cannot decompress (package missing: %s)', async (isMissing, code, exitCode) => {
    const log = new LogBroker([{ ...plain(5), silentFrom: 0 }]);
    const reading = failureOf(read(log));
    setTimeout(() => log.emit('crash', { restart: false, error: new CodecError('zstd', isMissing, 'why') }), 20);
    expect(await reading).toMatchObject({ code, exitCode, topic: 'cars', codec: 'zstd', reason: 'why' });
  });
});
