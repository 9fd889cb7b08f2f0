import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { type Broker, withAdmin } from './broker.js';
import { explainBrokerErrors } from './broker-errors.js';
import { describeTopic, type PartitionOffsets } from './topics.js';

const FETCH_WAITS_MS = 200;

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
  /** Only the newest this many of what is there, sorted by produce time; all, partition by partition, by default. */
  readonly last?: number;
  /** Goes on with records that come later, until `signal`. */
  readonly isFollowing?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads what a topic holds, and with `isFollowing` what comes after; leaves no consumer group behind.
 * @throws TopicMissingError, BrokerUnreachableError
 */
export async function readRecords(
  broker: Broker,
  topic: string,
  options: ReadOptions,
  onRecord: (record: IncomingRecord) => void,
): Promise<void> {
  const { partitions } = await describeTopic(broker, topic);
  const backlog = new Backlog(partitions, options.last, onRecord);
  if (backlog.isRead && !options.isFollowing) return;
  await explainBrokerErrors(broker.bootstrapServers, `hand out records of ${topic}`, () =>
    consume(broker, topic, backlog, options),
  );
}

/** Sorts out what was there when reading began from what came later. */
class Backlog {
  private readonly kept: IncomingRecord[] = [];
  private readonly unread: Map<number, number>;

  constructor(
    private readonly partitions: readonly PartitionOffsets[],
    private readonly last: number | undefined,
    private readonly onRecord: (record: IncomingRecord) => void,
  ) {
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
    const isOld = record.offset < (this.unread.get(record.partition) ?? 0);
    if (isOld && this.last !== undefined) this.kept.push(record);
    else this.onRecord(record);
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

  private startOf({ start, end }: PartitionOffsets): number {
    return this.last === undefined ? start : Math.max(start, end - this.last);
  }
}

async function consume(
  broker: Broker,
  topic: string,
  backlog: Backlog,
  { isFollowing, signal }: ReadOptions,
): Promise<void> {
  const groupId = `millrace-read-${randomUUID()}`;
  const consumer = broker.kafka.consumer({ groupId, maxWaitTimeInMs: FETCH_WAITS_MS });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await untilDone(consumer, topic, backlog, isFollowing ?? false, signal);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await withAdmin(broker, 'forget a reader', (admin) => admin.deleteGroups([groupId])).catch(() => undefined);
  }
}

function untilDone(
  consumer: Consumer,
  topic: string,
  backlog: Backlog,
  isFollowing: boolean,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    const eachBatch = async ({ batch }: EachBatchPayload) => {
      for (const message of batch.messages) backlog.take(toRecord(topic, batch.partition, message));
      backlog.markRead(batch.partition, Number(batch.lastOffset()));
      if (backlog.isRead && !isFollowing) resolve();
    };
    if (signal.aborted) return resolve();
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    for (const { partition, offset } of backlog.starts) consumer.seek({ topic, partition, offset });
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
