import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '../../kafka/give-up.js';
import type { Acknowledged, OutgoingRecord, Publisher } from '../../kafka/publish.js';
import type { SeedCounts } from '../source/source.js';
import { bytesOf } from './record-size.js';
import type { Reject, RejectsFile } from './rejects-file.js';

const LARGEST_BATCH = 2_000;
/** A batch may go to one partition as a whole, and a partition takes 1,048,588 bytes at once with Kafka's framing. */
const LARGEST_BATCH_BYTES = 900_000;
/** At a given rate records go out in about this many batches per second, so that a stream sees a flow and not lumps. */
const BATCHES_PER_SECOND = 20;
/** After a late timer or a slow broker, records go out faster until the rate is kept again: at most this much is made up for. */
const LONGEST_CATCH_UP_MS = 250;
const FINISH_BATCH_WITHIN_MS = 5_000;

/** One item of a source: a record to publish, a reject for the rejects file, or the key of a duplicate. */
export type SeedItem =
  | { readonly record: OutgoingRecord }
  | { readonly reject: Reject }
  | { readonly duplicate: string };

/** Stands between items: the publisher asks for the next ones once the broker has acknowledged all before it. */
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
 * Publishes all items, batch by batch; while one batch is on its way the next is read. The counts are also right when it
 * throws: `published` has only what the broker acknowledged.
 */
export async function publishRecords(
  items: AsyncIterable<Iterable<SeedItem> | typeof FLUSH>,
  counts: SeedCounts,
  options: PublishOptions,
): Promise<void> {
  const outbox = new Outbox(counts, options);
  try {
    for await (const some of items) {
      await ('flush' in some ? outbox.flush() : outbox.addAll(some));
      if (options.signal.aborted) break;
    }
    await outbox.flush();
  } finally {
    await outbox.lastBatchSent();
  }
  options.signal.throwIfAborted();
}

/** Collects the next batch while the last one is on its way. */
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

  async addAll(items: Iterable<SeedItem>): Promise<void> {
    for (const item of items) {
      // Awaited only where there is something to wait for: a hundred thousand rows a second pass here.
      const wait = this.add(item);
      if (wait) await wait;
      if (this.options.signal.aborted) return;
    }
  }

  /** @returns what to wait for before the next item, if anything */
  private add(item: SeedItem): Promise<void> | undefined {
    this.counts.read += 1;
    if ('record' in item) return this.addRecord(item.record);
    if ('reject' in item) return this.addReject(item.reject);
    this.counts.duplicates += 1;
    return undefined;
  }

  private addRecord(record: OutgoingRecord): Promise<void> | undefined {
    const bytes = bytesOf(record);
    if (!this.batch.hasRoomFor(bytes)) return this.sendBatch().then(() => this.addRecord(record));
    this.batch.add(record, bytes);
    return this.batch.records.length >= this.size ? this.sendBatch() : undefined;
  }

  private async addReject(reject: Reject): Promise<void> {
    await this.options.rejects.add(reject);
    this.counts.rejected += 1;
  }

  /** Once the signal has aborted no other batch is sent. */
  async flush(): Promise<void> {
    if (!this.options.signal.aborted && this.batch.records.length > 0) await this.sendBatch();
    await this.underway;
  }

  lastBatchSent(): Promise<void> {
    return this.underway;
  }

  private async sendBatch(): Promise<void> {
    await this.underway;
    const { records } = this.batch;
    const { signal } = this.options;
    await this.limiter.wait(records.length, signal);
    // After Ctrl-C a broker that answers gets this time to acknowledge; one that is gone is not waited for.
    this.underway = unlessAborted(this.publish(records), signal, FINISH_BATCH_WITHIN_MS);
    this.underway.catch(() => undefined); // awaited, and thrown, with the next batch
    this.batch = new Batch();
  }

  private async publish(records: readonly OutgoingRecord[]): Promise<void> {
    const { publisher, onProgress, onAcknowledged } = this.options;
    const offsets = await publisher.publish(records);
    this.counts.published += records.length;
    onAcknowledged?.(offsets);
    onProgress(this.counts);
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

/** Holds records back so that they go out at `ratePerSecond`. After a pause in the source they go out no faster than that. */
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
