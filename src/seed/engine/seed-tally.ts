import type { SeedItem } from './publish-records.js';
import type { SeedLedger } from './seed-ledger.js';

/** Counts what goes into the topic, for its ledger. */
export class SeedTally {
  private readonly sources: Record<string, number>;
  private newestEventMs: number;

  constructor(ledger: SeedLedger) {
    this.sources = { ...ledger.sources };
    this.newestEventMs = ledger.newestEventMs;
  }

  /** Names all sources before the first record is sent: a seed that is killed may have left records of any of them. */
  ledgerAtStart(sources: readonly string[], endOffsets: number): SeedLedger {
    const planned = Object.fromEntries(sources.map((source) => [source, 0]));
    return { ...this.ledger(endOffsets), sources: { ...planned, ...this.sources } };
  }

  /** Counts one item, whether it is published or not. */
  note(source: string, item: SeedItem, eventMs?: number): void {
    this.sources[source] = (this.sources[source] ?? 0) + ('record' in item ? 1 : 0);
    if (eventMs !== undefined && eventMs > this.newestEventMs) this.newestEventMs = eventMs;
  }

  /** What the topic holds by now, without the sources that were never reached. */
  ledger(endOffsets: number): SeedLedger {
    return { sources: { ...this.sources }, endOffsets, newestEventMs: this.newestEventMs };
  }
}
