import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '../kafka/give-up.js';
import type { OutgoingRecord, Publisher } from '../kafka/publish.js';
import { bytesOf } from './record-size.js';
import type { Reject, RejectsFile } from './rejects-file.js';

const LARGEST_BATCH = 2_000;
/** A batch may go to one partition as a whole, and a partition takes 1,048,588 bytes at once with Kafka's framing. */
const LARGEST_BATCH_BYTES = 900_000;
/** At a given rate records go out in about this many batches per second, so that a stream sees a flow and not lumps. */
const BATCHES_PER_SECOND = 20;
const FINISH_BATCH_WITHIN_MS = 5_000;

/** One thing read from a source: to publish, or to keep aside. */
export type SeedItem = { readonly record: OutgoingRecord } | { readonly reject: Reject };

export interface PublishOptions {
  readonly publisher: Publisher;
  readonly rejects: RejectsFile;
  readonly ratePerSecond: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: Counts) => void;
}

export interface Counts {
  read: number;
  /** Acknowledged by the broker. */
  published: number;
  rejected: number;
}

/**
 * Publishes all items, batch by batch; while one batch is on its way the next is read. Counts are true also when it
 * throws: `published` holds only what was acknowledged.
 */
export async function publishRecords(
  items: AsyncIterable<SeedItem>,
  counts: Counts,
  options: PublishOptions,
): Promise<void> {
  const { ratePerSecond, signal } = options;
  const size = ratePerSecond
    ? Math.min(LARGEST_BATCH, Math.max(1, Math.round(ratePerSecond / BATCHES_PER_SECOND)))
    : LARGEST_BATCH;
  const pace = new Pace(ratePerSecond);
  const patience = abortLater(signal, FINISH_BATCH_WITHIN_MS);
  let batch = new Batch();
  let underway: Promise<void> = Promise.resolve();
  const send = async () => {
    await underway;
    await pace.wait(batch.records.length, signal);
    underway = unlessAborted(publish(batch.records, counts, options), patience);
    underway.catch(() => undefined); // awaited, and thrown, with the next batch
    batch = new Batch();
  };
  try {
    for await (const item of items) {
      counts.read += 1;
      if ('reject' in item) {
        await keepAside(item.reject, counts, options);
      } else {
        const bytes = bytesOf(item.record);
        if (!batch.hasRoomFor(bytes)) await send();
        batch.add(item.record, bytes);
        if (batch.records.length >= size) await send();
      }
      if (signal.aborted) break;
    }
    if (!signal.aborted && batch.records.length > 0) await send();
  } finally {
    await underway;
  }
  signal.throwIfAborted();
}

/** A broker that has gone away is not waited for after Ctrl-C; one that answers gets the time to acknowledge. */
function abortLater(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => later.abort(signal.reason), ms).unref(), { once: true });
  return later.signal;
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

async function keepAside(reject: Reject, counts: Counts, { rejects }: PublishOptions): Promise<void> {
  await rejects.add(reject);
  counts.rejected += 1;
}

async function publish(
  batch: readonly OutgoingRecord[],
  counts: Counts,
  { publisher, onProgress }: PublishOptions,
): Promise<void> {
  await publisher.publish(batch);
  counts.published += batch.length;
  onProgress(counts);
}

/** Holds records back so that, from the start on, no more than `ratePerSecond` have gone out. */
class Pace {
  private readonly startedAt = performance.now();
  private sent = 0;

  constructor(private readonly ratePerSecond: number | undefined) {}

  async wait(count: number, signal: AbortSignal): Promise<void> {
    if (!this.ratePerSecond) return;
    const dueMs = (this.sent / this.ratePerSecond) * 1_000;
    this.sent += count;
    const waitMs = this.startedAt + dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs, undefined, { signal });
  }
}
