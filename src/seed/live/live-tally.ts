import type { Quota, StoriesPage } from '../aylien/client.js';
import { BrandCounts } from '../mapping/news/story-mapping.js';
import type { Counts } from '../publish-records.js';
import type { SiftedPage } from './page-memory.js';

/** What adds up over all polls. */
export class LiveTally {
  readonly brands = new BrandCounts();
  polls = 0;
  pages = 0;
  quota: Quota | null = null;
  /** Whether it was said that the API sends its stories in another order than it was asked for. */
  isOrderTold = false;
  /** Fresh stories until the limit. */
  left: number;
  /** The counts when the last page had come into the topic. */
  private settled: Readonly<Counts>;

  constructor(
    readonly counts: Counts,
    limit: number | undefined,
  ) {
    this.left = limit ?? Number.POSITIVE_INFINITY;
    this.settled = { ...counts };
  }

  /**
   * Takes back what an attempt that failed has read of its last page, which comes again. What the broker had acknowledged of it
   * stays, and comes again as duplicates.
   */
  beginAttempt(): void {
    const { counts } = this;
    const { rejected, duplicates } = this.settled;
    Object.assign(counts, { read: counts.published + rejected + duplicates, rejected, duplicates });
  }

  received({ quota }: StoriesPage): void {
    this.pages += 1;
    this.quota = quota ?? this.quota;
  }

  /** All of the page is in the topic. */
  published({ stories, fresh }: SiftedPage): void {
    this.left -= fresh;
    for (const story of stories) this.brands.add(story);
    this.settled = { ...this.counts };
  }

  describeProgress() {
    const { remaining = null, limit = null } = this.quota ?? {};
    const facts = [
      `poll ${this.polls}`,
      several(this.pages, 'page'),
      several(this.counts.duplicates, 'duplicate'),
      ...(remaining === null ? [] : [`${remaining}${limit === null ? '' : ` of ${limit}`} requests left`]),
    ];
    return { label: facts.join(', '), done: this.counts.published, unit: 'stories' };
  }
}

function several(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
