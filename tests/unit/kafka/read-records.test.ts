import { getEventListeners } from 'node:events';
import type { Broker } from '../../../src/kafka/broker.js';
import { type IncomingRecord, type ReadOptions, readRecords } from '../../../src/kafka/read-records.js';
import { endpointAt } from '../../fakes/kafka-endpoint.js';

interface FakeBatch {
  readonly partition: number;
  readonly offsets: readonly number[];
}

/** A broker whose topic held `ends` when reading began, and that then hands out `batches` and falls silent. */
function fakeBroker(ends: readonly number[], batches: readonly FakeBatch[]): Broker {
  const nothing = async () => undefined;
  const admin = {
    connect: nothing,
    disconnect: nothing,
    deleteGroups: nothing,
    listTopics: async () => ['cars'],
    fetchTopicMetadata: async () => ({ topics: [{ name: 'cars', partitions: [] }] }),
    fetchTopicOffsets: async () => ends.map((end, partition) => ({ partition, low: '0', high: String(end) })),
  };
  const run = async ({ eachBatch }: { eachBatch: (payload: unknown) => Promise<void> }) => {
    for (const { partition, offsets } of batches) {
      const messages = offsets.map((offset) => ({ offset: String(offset), timestamp: String(100 - partition) }));
      await eachBatch({ batch: { partition, messages, lastOffset: () => String(offsets.at(-1)) } });
    }
  };
  const consumer = { events: { CRASH: 'crash' }, on: () => undefined, connect: nothing, subscribe: nothing, run };
  const kafka = {
    admin: () => admin,
    consumer: () => ({ ...consumer, seek: () => undefined, disconnect: nothing }),
  };
  return { patienceMs: 0, endpoint: endpointAt('here:9092'), kafka: kafka as unknown as Broker['kafka'] };
}

async function read(broker: Broker, options: Partial<ReadOptions> = {}): Promise<string[]> {
  const seen: IncomingRecord[] = [];
  const signal = AbortSignal.timeout(options.isFollowing ? 50 : 5_000);
  await readRecords(broker, 'cars', { signal, ...options }, (record) => seen.push(record));
  return seen.map(({ partition, offset }) => `${partition}:${offset}`);
}

describe('readRecords', () => {
  const batches = [
    { partition: 0, offsets: [0, 1, 2, 3] },
    { partition: 1, offsets: [0, 1] },
  ];

  test.each([
    ['the newest', { last: 10 }, ['1:0', '0:0', '0:1']],
    ['all', {}, ['0:0', '0:1', '1:0']],
  ])('leaves out what came after it began, when it reads %s', async (_, options, records) => {
    expect(await read(fakeBroker([2, 1], batches), options)).toEqual(records);
  });

  test('begins at the offsets that are given, and where none is at the first that is held', async () => {
    const fromTwo = [{ partition: 0, offsets: [2, 3] }, ...batches.slice(1)];
    expect(await read(fakeBroker([4, 2], fromTwo), { from: new Map([[0, 2]]) })).toEqual(['0:2', '0:3', '1:0', '1:1']);
    const ends = new Map([
      [0, 4],
      [1, 2],
    ]);
    expect(await read(fakeBroker([4, 2], []), { from: ends, silentForMs: 30 })).toEqual([]);
  });

  test('goes on with what comes later when it follows', async () => {
    const records = await read(fakeBroker([2, 1], batches), { isFollowing: true });
    expect(records).toEqual(['0:0', '0:1', '0:2', '0:3', '1:0', '1:1']);
  });

  test('hands out a record once when the client starts over', async () => {
    const again = [{ partition: 0, offsets: [0, 1] }, ...batches];
    expect(await read(fakeBroker([3, 1], again))).toEqual(['0:0', '0:1', '0:2', '1:0']);
  });

  test('leaves nothing behind at the signal, which may be that of a command that reads every minute', async () => {
    const { signal } = new AbortController();
    expect(await read(fakeBroker([2, 1], batches), { signal })).toHaveLength(3);
    await read(fakeBroker([2, 1], []), { signal, silentForMs: 30 }).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('gives up on a broker that falls silent midway', async () => {
    const reading = read(fakeBroker([2, 1], batches.slice(0, 1)), { silentForMs: 30 });
    await expect(reading).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
  });
});
