import type { RejectsFile } from './rejects-file.js';
import type { SeedCounts } from './source/source.js';

export function noCounts(): SeedCounts {
  return { read: 0, published: 0, rejected: 0, duplicates: 0 };
}

/** What adds up over the attempts of one seed; true also when an attempt fails. */
export class SeedTotals {
  /** When the first attempt began to publish; undefined before. */
  startedAt: number | undefined;
  recordsBefore: number | undefined;
  readonly counts = noCounts();
  /** Items that were no duplicates, up to the batch that settled last: what a limit counts. */
  fresh = 0;
  readonly readBySource = new Map<string, number>();
  readonly odd: string[] = [];
  private groups = new Map<string, number>();
  private settled = { rejected: 0, duplicates: 0, groups: new Map<string, number>() };

  constructor(readonly rejects: RejectsFile) {}

  /** All that was counted so far lies in the topic. */
  settle(fresh: number): void {
    const { rejected, duplicates } = this.counts;
    this.fresh = fresh;
    this.settled = { rejected, duplicates, groups: new Map(this.groups) };
  }

  /**
   * Takes back what an attempt that failed has read of its last batch, which comes again. What the broker had acknowledged of it
   * stays, and comes again as duplicates.
   */
  beginAttempt(): void {
    const { rejected, duplicates, groups } = this.settled;
    const read = this.counts.published + rejected + duplicates;
    Object.assign(this.counts, { read, rejected, duplicates });
    this.groups = new Map(groups);
  }

  countRead(source: string, items: number): void {
    this.readBySource.set(source, (this.readBySource.get(source) ?? 0) + items);
  }

  countGroups(groups: readonly string[]): void {
    for (const group of groups) this.groups.set(group, (this.groups.get(group) ?? 0) + 1);
  }

  /** Most first. */
  listGroups(): Record<string, number> {
    return Object.fromEntries([...this.groups].sort(([, a], [, b]) => b - a));
  }
}
