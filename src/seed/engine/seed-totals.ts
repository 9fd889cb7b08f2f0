import type { SeedCounts } from '../source/source.js';
import type { RejectsFile } from './rejects-file.js';

export function noCounts(): SeedCounts {
  return { read: 0, published: 0, rejected: 0, duplicates: 0 };
}

/** The sums over all attempts of one seed; they are also right after an attempt that failed. */
export class SeedTotals {
  /** When the first attempt began to publish; undefined before. */
  startedAt: number | undefined;
  offsetsBefore: number | undefined;
  readonly counts = noCounts();
  /** Items, without duplicates, up to the last batch that is in the topic as a whole: what a limit counts. */
  fresh = 0;
  readonly readBySource = new Map<string, number>();
  readonly odd: string[] = [];
  private groups = new Map<string, number>();
  private atLastPublished = { rejected: 0, duplicates: 0, groups: new Map<string, number>() };

  constructor(readonly rejects: RejectsFile) {}

  /** All that was counted so far is in the topic. */
  markPublished(fresh: number): void {
    const { rejected, duplicates } = this.counts;
    this.fresh = fresh;
    this.atLastPublished = { rejected, duplicates, groups: new Map(this.groups) };
  }

  /**
   * Undoes the counts of the batch in which the last attempt failed, since that batch is read again. Records of it that the broker
   * had acknowledged stay counted, and are duplicates then.
   */
  beginAttempt(): void {
    const { rejected, duplicates, groups } = this.atLastPublished;
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

  /** Most first. @param onlyPublished leaves out a batch that is not in the topic as a whole, as after Ctrl-C */
  listGroups(onlyPublished: boolean): Record<string, number> {
    const groups = onlyPublished ? this.atLastPublished.groups : this.groups;
    return Object.fromEntries([...groups].sort(([, a], [, b]) => b - a));
  }
}
