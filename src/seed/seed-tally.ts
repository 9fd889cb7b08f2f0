import type { SeedItem } from './publish-records.js';
import type { SeedLedger } from './seed-ledger.js';

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

  /** Told of each item that goes out, or aside. */
  note(source: string, item: SeedItem, eventMs?: number): void {
    this.sources[source] = (this.sources[source] ?? 0) + ('record' in item ? 1 : 0);
    if (eventMs !== undefined && eventMs > this.newestEventMs) this.newestEventMs = eventMs;
  }

  /** Without the sources that were never reached: nothing of them is in the topic. */
  ended(endOffsets: number): SeedLedger {
    return { sources: { ...this.sources }, endOffsets, newestEventMs: this.newestEventMs };
  }
}
