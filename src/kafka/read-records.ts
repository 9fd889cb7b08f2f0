import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { type Broker, retryWhileTemporary, withAdmin } from './broker.js';
import { BrokerUnreachableError, causes, explainBrokerErrors, kafkaErrors } from './broker-errors.js';
import { CodecError } from './codecs.js';
import { within } from './give-up.js';
import { PartitionBacklog } from './partition-backlog.js';
import { SilenceWatch } from './silence-watch.js';
import { describeTopic, type PartitionOffsets } from './topics.js';

const FETCH_WAITS_MS = 200;
/** kafkajs starts over without end when the broker is gone; even a slow machine is not silent for longer than this. */
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
  /** Refuses a topic with an open transaction before the end of what is to be read: for readers that must see all of it. */
  readonly isWhole?: boolean;
  /** After this time without progress reading is given up; only without `isFollowing`. */
  readonly silentForMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Reads the committed records that a topic holds, and with `isFollowing` those that come later. Deletes its consumer group at the
 * end.
 * @throws TOPIC_MISSING, BrokerUnreachableError, CODEC_MISSING, RECORDS_DAMAGED, RECORDS_WITHHELD; TRANSACTION_OPEN where `isWhole`
 */
export async function readRecords(
  broker: Broker,
  topic: string,
  options: ReadOptions,
  onRecord: (record: IncomingRecord) => void,
): Promise<void> {
  const { partitions } = await describeTopic(broker, topic);
  if (options.isWhole) requireNoTransaction(topic, partitions, options.from);
  const backlog = new Backlog(partitions, options, onRecord);
  if (backlog.isRead && !options.isFollowing) return;
  await explainBrokerErrors(broker.endpoint, `hand out records of ${topic}`, () =>
    consume(broker, topic, backlog, options).catch((error) => {
      throw explainCodec(topic, error);
    }),
  );
}

function requireNoTransaction(
  topic: string,
  partitions: readonly PartitionOffsets[],
  from: ReadonlyMap<number, number> = new Map(),
): void {
  const open = partitions.find(({ partition, stable, end }) => Math.max(stable, from.get(partition) ?? 0) < end);
  if (open) throw kafkaErrors.TRANSACTION_OPEN({ topic, partition: open.partition, offset: open.stable });
}

function explainCodec(topic: string, error: unknown): unknown {
  const failed = [...causes(error)].find((cause) => cause instanceof CodecError);
  if (!failed) return error;
  const facts = { topic, codec: failed.codec, reason: failed.message };
  const explain = failed.isMissing ? kafkaErrors.CODEC_MISSING : kafkaErrors.RECORDS_DAMAGED;
  return explain(facts, { cause: error });
}

/** Knows which records were in the topic when reading began, and which came later. */
class Backlog {
  private readonly partitions: ReadonlyMap<number, PartitionBacklog<IncomingRecord>>;
  /** By partition, the first offset that is neither in the backlog nor handed out. */
  private readonly nextLater: Map<number, number>;
  private readonly later: IncomingRecord[] = [];
  private readonly last: number | undefined;
  private readonly isFollowing: boolean;

  constructor(
    partitions: readonly PartitionOffsets[],
    { last, from = new Map(), isFollowing = false }: ReadOptions,
    private readonly onRecord: (record: IncomingRecord) => void,
  ) {
    this.last = last;
    this.isFollowing = isFollowing;
    this.partitions = new Map(
      partitions.map(({ partition, start, stable }) => {
        const first = Math.max(start, from.get(partition) ?? start);
        return [partition, new PartitionBacklog({ start: first, end: stable, last })];
      }),
    );
    this.nextLater = new Map([...this.partitions].map(([partition, { end }]) => [partition, end]));
  }

  get isRead(): boolean {
    return this.unread.length === 0;
  }

  /** Where reading begins, or goes on, by partition. */
  get positions(): ReadonlyArray<readonly [partition: number, offset: number]> {
    return [...this.partitions].map(([partition, { position }]) => [partition, position]);
  }

  /** The partitions that are not read to their ends yet. */
  get unread(): number[] {
    return [...this.partitions].filter(([, { isRead }]) => !isRead).map(([partition]) => partition);
  }

  take(record: IncomingRecord): void {
    const partition = this.partitions.get(record.partition);
    if (record.offset >= (partition?.end ?? 0)) this.takeLater(record);
    else if (partition?.take(record) && this.last === undefined) this.onRecord(record);
  }

  /** Notes that everything before `offset` was handed out. @returns where to read on, if that is not right there */
  reach(partition: number, offset: number): number | undefined {
    return this.afterLook(this.partitions.get(partition)?.reach(offset));
  }

  /** Leaves out what was deleted since reading began, and all of a topic that was created again. */
  compare(now: readonly PartitionOffsets[]): void {
    for (const { partition, start, end } of now) {
      const backlog = this.partitions.get(partition);
      if (backlog) this.afterLook(backlog.beginAt(end < backlog.position ? backlog.end : start));
    }
  }

  private afterLook(next: number | undefined): number | undefined {
    if (this.isRead) this.flush();
    return next;
  }

  private takeLater(record: IncomingRecord): void {
    const { partition, offset } = record;
    if (!this.isFollowing || offset < (this.nextLater.get(partition) ?? 0)) return;
    this.nextLater.set(partition, offset + 1);
    if (this.isRead || this.last === undefined) this.onRecord(record);
    else this.later.push(record);
  }

  private flush(): void {
    const kept = [...this.partitions.values()].flatMap((partition) => partition.takeNewest());
    kept.sort((a, b) => a.timestampMs - b.timestampMs || a.partition - b.partition || a.offset - b.offset);
    for (const record of [...kept.slice(-(this.last ?? 0)), ...this.later.splice(0)]) this.onRecord(record);
  }
}

async function consume(broker: Broker, topic: string, backlog: Backlog, options: ReadOptions): Promise<void> {
  const groupId = `millrace-read-${randomUUID()}`;
  const consumer = broker.kafka.consumer({ groupId, maxWaitTimeInMs: FETCH_WAITS_MS });
  try {
    await consumer.connect();
    await retryWhileTemporary(broker, () => consumer.subscribe({ topic, fromBeginning: true }));
    const look = async () => backlog.compare((await describeTopic(broker, topic)).partitions);
    const noAnswer = () => new BrokerUnreachableError(broker.endpoint.bootstrapServers);
    await untilDone(consumer, topic, backlog, { ...options, look, noAnswer });
  } finally {
    const leaving = leave(broker, consumer, groupId);
    await within(LEAVE_WITHIN_MS, leaving, () => new Error('The broker hangs')).catch(() => undefined);
  }
}

async function leave(broker: Broker, consumer: Consumer, groupId: string): Promise<void> {
  await consumer.disconnect().catch(() => undefined);
  await withAdmin(broker, 'forget a reader', (admin) => admin.deleteGroups([groupId]));
}

interface Looking {
  /** Compares the backlog with the topic as it is now. */
  readonly look: () => Promise<void>;
  readonly noAnswer: () => Error;
}

async function untilDone(
  consumer: Consumer,
  topic: string,
  backlog: Backlog,
  { isFollowing, silentForMs = SILENT_FOR_MS, signal, look, noAnswer }: ReadOptions & Looking,
): Promise<void> {
  let stop = () => {};
  let watch: SilenceWatch | undefined;
  const done = new Promise<void>((resolve, reject) => {
    stop = resolve;
    signal.addEventListener('abort', stop, { once: true });
    const endIfRead = () => {
      if (backlog.isRead && !isFollowing) resolve();
    };
    const onSilent = (failure: unknown, silentMs: number) => {
      if (!isFollowing) reject(failure ?? withheld(topic, backlog, silentMs));
    };
    watch = new SilenceWatch({ silentForMs, look: () => look().then(endIfRead), noAnswer, onSilent });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    // Not at the end of `eachBatch`: kafkajs 2.2.4 calls that only for batches that have records to hand out, but emits this event
    // also for those that hold markers or aborted records alone.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
      watch?.heard();
      const offset = backlog.reach(partition, Number(lastOffset) + 1);
      if (offset !== undefined) consumer.seek({ topic, partition, offset: String(offset) });
      endIfRead();
    });
    const eachBatch = async ({ batch }: EachBatchPayload) => {
      for (const message of batch.messages) backlog.take(toRecord(topic, batch.partition, message));
    };
    if (signal.aborted) return resolve();
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    for (const [partition, offset] of backlog.positions) consumer.seek({ topic, partition, offset: String(offset) });
  });
  await done.finally(() => {
    watch?.end();
    signal.removeEventListener('abort', stop);
  });
}

function withheld(topic: string, backlog: Backlog, silentMs: number): Error {
  const [partition = 0, offset = 0] = backlog.positions.find(([number]) => backlog.unread.includes(number)) ?? [];
  return kafkaErrors.RECORDS_WITHHELD({ topic, partition, offset, seconds: Math.round(silentMs / 1000) });
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
