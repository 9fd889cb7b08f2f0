import type { FLUSH, ReadItem, SeedItem } from './publish-records.js';
import type { SeedLedger } from './seed-ledger.js';

export type SourcedItem = (ReadItem & { readonly source: string; readonly eventMs?: number }) | typeof FLUSH;

/** Keeps the ledger true while records go out. */
export class SeedTally {
  private readonly sources: Record<string, number>;
  private newestEventMs: number;

  constructor(ledger: SeedLedger) {
    this.sources = { ...ledger.sources };
    this.newestEventMs = ledger.newestEventMs;
  }

  /** Written before the first record: a seed that is killed has left something in the topic. */
  begun(sources: readonly string[], endOffsets: number): SeedLedger {
    const planned = Object.fromEntries(sources.map((source) => [source, 0]));
    return { ...this.ended(endOffsets), sources: { ...planned, ...this.sources } };
  }

  async *watch(items: AsyncIterable<SourcedItem>): AsyncGenerator<SeedItem> {
    for await (const item of items) {
      if (!('flush' in item)) this.take(item);
      yield item;
    }
  }

  private take(item: Exclude<SourcedItem, typeof FLUSH>): void {
    this.sources[item.source] = (this.sources[item.source] ?? 0) + ('record' in item ? 1 : 0);
    if (item.eventMs !== undefined && item.eventMs > this.newestEventMs) this.newestEventMs = item.eventMs;
  }

  /** Without the sources that were never reached: nothing of them is in the topic. */
  ended(endOffsets: number): SeedLedger {
    return { sources: { ...this.sources }, endOffsets, newestEventMs: this.newestEventMs };
  }
}
