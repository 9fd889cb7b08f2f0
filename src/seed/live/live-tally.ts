import type { Quota, StoriesPage } from '../aylien/client.js';
import type { Counts } from '../publish-records.js';
import { BrandCounts } from '../sift-stories.js';
import type { SiftedPage } from './sift-page.js';

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

  constructor(
    readonly counts: Readonly<Counts>,
    limit: number | undefined,
  ) {
    this.left = limit ?? Number.POSITIVE_INFINITY;
  }

  received({ quota }: StoriesPage): void {
    this.pages += 1;
    this.quota = quota ?? this.quota;
  }

  /** All of the page is in the topic. */
  published({ stories, fresh }: SiftedPage): void {
    this.left -= fresh;
    for (const story of stories) this.brands.add(story);
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
