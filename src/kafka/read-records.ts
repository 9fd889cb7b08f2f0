import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { type Broker, retryWhileTemporary, withAdmin } from './broker.js';
import { BrokerUnreachableError, explainBrokerErrors } from './broker-errors.js';
import { within } from './give-up.js';
import { describeTopic, type PartitionOffsets } from './topics.js';

const FETCH_WAITS_MS = 200;
/** kafkajs restarts without end when the broker is gone; even a slow machine is not silent for longer than this. */
const SILENT_FOR_MS = 60_000;
const LEAVE_WITHIN_MS = 5_000;

export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When it was produced, milliseconds since 1970. */
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: string | null;
}

export interface ReadOptions {
  /** Reads only this many records, the newest, sorted by produce time; by default all, partition by partition. */
  readonly last?: number;
  /** Where to begin, by partition; a partition without an entry is read from its first offset. */
  readonly from?: ReadonlyMap<number, number>;
  /** Also reads records that come later, until `signal`. */
  readonly isFollowing?: boolean;
  /** After this time without a record the broker counts as gone; only without `isFollowing`. */
  readonly silentForMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Reads what a topic holds, and with `isFollowing` what comes later. Deletes its consumer group at the end.
 * @throws TOPIC_MISSING, BrokerUnreachableError
 */
export async function readRecords(
  broker: Broker,
  topic: string,
  options: ReadOptions,
  onRecord: (record: IncomingRecord) => void,
): Promise<void> {
  const { partitions } = await describeTopic(broker, topic);
  const backlog = new Backlog(partitions, options, onRecord);
  if (backlog.isRead && !options.isFollowing) return;
  await explainBrokerErrors(broker.endpoint, `hand out records of ${topic}`, () =>
    consume(broker, topic, backlog, options),
  );
}

/** Knows which records were in the topic when reading began, and which came later. */
class Backlog {
  private readonly kept: IncomingRecord[] = [];
  private readonly unread: Map<number, number>;
  private readonly next: Map<number, number>;
  private readonly last: number | undefined;
  private readonly from: ReadonlyMap<number, number>;
  private readonly isFollowing: boolean;

  constructor(
    private readonly partitions: readonly PartitionOffsets[],
    { last, from = new Map(), isFollowing = false }: ReadOptions,
    private readonly onRecord: (record: IncomingRecord) => void,
  ) {
    this.last = last;
    this.from = from;
    this.isFollowing = isFollowing;
    this.next = new Map(partitions.map((partition) => [partition.partition, this.startOf(partition)]));
    const filled = partitions.filter((partition) => this.startOf(partition) < partition.end);
    this.unread = new Map(filled.map(({ partition, end }) => [partition, end]));
  }

  get isRead(): boolean {
    return this.unread.size === 0;
  }

  get starts(): ReadonlyArray<{ partition: number; offset: string }> {
    return this.partitions.map((partition) => ({
      partition: partition.partition,
      offset: String(this.startOf(partition)),
    }));
  }

  take(record: IncomingRecord): void {
    if (record.offset < (this.next.get(record.partition) ?? 0)) return; // kafkajs starts over after a lost connection
    this.next.set(record.partition, record.offset + 1);
    const isOld = record.offset < (this.unread.get(record.partition) ?? 0);
    if (isOld && this.last !== undefined) this.kept.push(record);
    else if (isOld || this.isFollowing) this.onRecord(record);
  }

  markRead(partition: number, lastOffset: number): void {
    if (lastOffset + 1 < (this.unread.get(partition) ?? Number.POSITIVE_INFINITY)) return;
    this.unread.delete(partition);
    if (this.isRead) this.flush();
  }

  private flush(): void {
    this.kept.sort((a, b) => a.timestampMs - b.timestampMs || a.partition - b.partition || a.offset - b.offset);
    for (const record of this.kept.splice(0).slice(-(this.last ?? 0))) this.onRecord(record);
  }

  private startOf({ partition, start, end }: PartitionOffsets): number {
    const newest = this.last === undefined ? start : end - this.last;
    return Math.max(start, newest, this.from.get(partition) ?? start);
  }
}

async function consume(broker: Broker, topic: string, backlog: Backlog, options: ReadOptions): Promise<void> {
  const groupId = `millrace-read-${randomUUID()}`;
  const consumer = broker.kafka.consumer({ groupId, maxWaitTimeInMs: FETCH_WAITS_MS });
  try {
    await consumer.connect();
    await retryWhileTemporary(broker, () => consumer.subscribe({ topic, fromBeginning: true }));
    const unreachable = () => new BrokerUnreachableError(broker.endpoint.bootstrapServers);
    await untilDone(consumer, topic, backlog, { ...options, unreachable });
  } finally {
    const leaving = leave(broker, consumer, groupId);
    await within(LEAVE_WITHIN_MS, leaving, () => new Error('The broker hangs')).catch(() => undefined);
  }
}

async function leave(broker: Broker, consumer: Consumer, groupId: string): Promise<void> {
  await consumer.disconnect().catch(() => undefined);
  await withAdmin(broker, 'forget a reader', (admin) => admin.deleteGroups([groupId]));
}

async function untilDone(
  consumer: Consumer,
  topic: string,
  backlog: Backlog,
  {
    isFollowing,
    silentForMs = SILENT_FOR_MS,
    signal,
    unreachable,
  }: ReadOptions & { readonly unreachable: () => Error },
): Promise<void> {
  let silence: NodeJS.Timeout | undefined;
  let stop = () => {};
  const done = new Promise<void>((resolve, reject) => {
    stop = resolve;
    signal.addEventListener('abort', stop, { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    if (!isFollowing) silence = setTimeout(() => reject(unreachable()), silentForMs);
    const eachBatch = async ({ batch }: EachBatchPayload) => {
      silence?.refresh();
      for (const message of batch.messages) backlog.take(toRecord(topic, batch.partition, message));
      backlog.markRead(batch.partition, Number(batch.lastOffset()));
      if (backlog.isRead && !isFollowing) resolve();
    };
    if (signal.aborted) return resolve();
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    for (const { partition, offset } of backlog.starts) consumer.seek({ topic, partition, offset });
  });
  await done.finally(() => {
    clearTimeout(silence);
    signal.removeEventListener('abort', stop);
  });
}

function toRecord(topic: string, partition: number, { offset, timestamp, key, value }: KafkaMessage): IncomingRecord {
  return {
    topic,
    partition,
    offset: Number(offset),
    timestampMs: Number(timestamp),
    key: key?.toString('utf8') ?? null,
    value: value?.toString('utf8') ?? null,
  };
}
