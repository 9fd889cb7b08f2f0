import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingRecord, Publisher } from '../kafka/publish.js';
import type { Reject, RejectsFile } from './rejects-file.js';

const LARGEST_BATCH = 2_000;
/** At a given rate records go out in about this many batches per second, so that a stream sees a flow and not lumps. */
const BATCHES_PER_SECOND = 20;

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
  let batch: OutgoingRecord[] = [];
  let underway: Promise<void> = Promise.resolve();
  const send = async () => {
    await underway;
    await pace.wait(batch.length, signal);
    underway = publish(batch, counts, options);
    underway.catch(() => undefined); // awaited, and thrown, with the next batch
    batch = [];
  };
  try {
    for await (const item of items) {
      counts.read += 1;
      if ('record' in item) batch.push(item.record);
      else await keepAside(item.reject, counts, options);
      if (batch.length >= size) await send();
      if (signal.aborted) break;
    }
    if (!signal.aborted && batch.length > 0) await send();
  } finally {
    await underway;
  }
  signal.throwIfAborted();
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
