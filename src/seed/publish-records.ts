import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '../kafka/give-up.js';
import type { Acknowledged, OutgoingRecord, Publisher } from '../kafka/publish.js';
import { bytesOf } from './record-size.js';
import type { Reject, RejectsFile } from './rejects-file.js';
import type { SeedCounts } from './source/source.js';

const LARGEST_BATCH = 2_000;
/** A batch may go to one partition as a whole, and a partition takes 1,048,588 bytes at once with Kafka's framing. */
const LARGEST_BATCH_BYTES = 900_000;
/** At a given rate records go out in about this many batches per second, so that a stream sees a flow and not lumps. */
const BATCHES_PER_SECOND = 20;
/** A timer that is late or a broker that is slow for a moment does not lower the rate: so much is made up for. */
const LONGEST_CATCH_UP_MS = 250;
const FINISH_BATCH_WITHIN_MS = 5_000;

/** One thing read from a source: to publish, to keep aside, or, by its key, one that has come before. */
export type SeedItem =
  | { readonly record: OutgoingRecord }
  | { readonly reject: Reject }
  | { readonly duplicate: string };

/** Asks for what came so far to be published; more is asked for once the broker has acknowledged it. */
export const FLUSH = { flush: true } as const;

export interface PublishOptions {
  readonly publisher: Publisher;
  readonly rejects: RejectsFile;
  readonly ratePerSecond: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: SeedCounts) => void;
  readonly onAcknowledged?: ((offsets: readonly Acknowledged[]) => void) | undefined;
}

/**
 * Publishes all items, batch by batch; while one batch is on its way the next is read. Counts are true also when it
 * throws: `published` holds only what was acknowledged.
 */
export async function publishRecords(
  items: AsyncIterable<Iterable<SeedItem> | typeof FLUSH>,
  counts: SeedCounts,
  options: PublishOptions,
): Promise<void> {
  const outbox = new Outbox(counts, options);
  try {
    for await (const some of items) {
      await ('flush' in some ? outbox.flush() : takeIn(some, outbox, counts, options));
      if (options.signal.aborted) break;
    }
    await outbox.flush();
  } finally {
    await outbox.settle();
  }
  options.signal.throwIfAborted();
}

async function takeIn(
  items: Iterable<SeedItem>,
  outbox: Outbox,
  counts: SeedCounts,
  options: PublishOptions,
): Promise<void> {
  for (const item of items) {
    counts.read += 1;
    // Awaited only where there is something to wait for: a hundred thousand rows a second come by here.
    const wait = sortOut(item, outbox, counts, options);
    if (wait) await wait;
    if (options.signal.aborted) return;
  }
}

function sortOut(
  item: SeedItem,
  outbox: Outbox,
  counts: SeedCounts,
  options: PublishOptions,
): Promise<void> | undefined {
  if ('record' in item) return outbox.add(item.record);
  if ('reject' in item) return keepAside(item.reject, counts, options);
  counts.duplicates += 1;
  return undefined;
}

/** Collects a batch while the one before is on its way. */
class Outbox {
  private readonly size: number;
  private readonly limiter: RateLimiter;
  private batch = new Batch();
  private underway: Promise<void> = Promise.resolve();

  constructor(
    private readonly counts: SeedCounts,
    private readonly options: PublishOptions,
  ) {
    const { ratePerSecond } = options;
    const perBatch = ratePerSecond ? Math.round(ratePerSecond / BATCHES_PER_SECOND) : LARGEST_BATCH;
    this.size = Math.min(LARGEST_BATCH, Math.max(1, perBatch));
    this.limiter = new RateLimiter(ratePerSecond);
  }

  /** Gives what to wait for before the next one, where the batch is full. */
  add(record: OutgoingRecord): Promise<void> | undefined {
    const bytes = bytesOf(record);
    if (!this.batch.hasRoomFor(bytes)) return this.sendBatch().then(() => this.add(record));
    this.batch.add(record, bytes);
    return this.batch.records.length >= this.size ? this.sendBatch() : undefined;
  }

  /** Nothing more is begun once the signal has aborted. */
  async flush(): Promise<void> {
    if (!this.options.signal.aborted && this.batch.records.length > 0) await this.sendBatch();
    await this.underway;
  }

  settle(): Promise<void> {
    return this.underway;
  }

  private async sendBatch(): Promise<void> {
    await this.underway;
    const { records } = this.batch;
    const { signal } = this.options;
    await this.limiter.wait(records.length, signal);
    // A broker that has gone away is not waited for after Ctrl-C; one that answers gets the time to acknowledge.
    this.underway = unlessAborted(deliver(records, this.counts, this.options), signal, FINISH_BATCH_WITHIN_MS);
    this.underway.catch(() => undefined); // awaited, and thrown, with the next batch
    this.batch = new Batch();
  }
}

/** Records that go out in one request, which the broker takes or refuses as a whole. */
class Batch {
  readonly records: OutgoingRecord[] = [];
  private bytes = 0;

  hasRoomFor(bytes: number): boolean {
    return this.records.length === 0 || this.bytes + bytes <= LARGEST_BATCH_BYTES;
  }

  add(record: OutgoingRecord, bytes: number): void {
    this.records.push(record);
    this.bytes += bytes;
  }
}

async function keepAside(reject: Reject, counts: SeedCounts, { rejects }: PublishOptions): Promise<void> {
  await rejects.add(reject);
  counts.rejected += 1;
}

async function deliver(
  batch: readonly OutgoingRecord[],
  counts: SeedCounts,
  { publisher, onProgress, onAcknowledged }: PublishOptions,
): Promise<void> {
  const offsets = await publisher.publish(batch);
  counts.published += batch.length;
  onAcknowledged?.(offsets);
  onProgress(counts);
}

/** Holds records back so that they go out at `ratePerSecond`; time in which none came is not saved up for later ones. */
class RateLimiter {
  private nextDueMs = performance.now();

  constructor(private readonly ratePerSecond: number | undefined) {}

  async wait(count: number, signal: AbortSignal): Promise<void> {
    if (!this.ratePerSecond) return;
    const nowMs = performance.now();
    const dueMs = Math.max(nowMs - LONGEST_CATCH_UP_MS, this.nextDueMs);
    this.nextDueMs = dueMs + (count / this.ratePerSecond) * 1_000;
    const waitMs = dueMs - nowMs;
    if (waitMs > 1) await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
