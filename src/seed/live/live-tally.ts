import type { Quota, StoriesPage } from '../aylien/client.js';
import type { SeedCounts } from '../source/source.js';

/** What adds up over all polls beside the counts of the seed. */
export class LiveTally {
  polls = 0;
  pages = 0;
  quota: Quota | null = null;
  /** Whether it was said that the API sends its stories in another order than it was asked for. */
  isOrderTold = false;

  received({ quota }: StoriesPage): void {
    this.pages += 1;
    this.quota = quota ?? this.quota;
  }

  describeProgress({ duplicates }: Readonly<SeedCounts>) {
    const { remaining = null, limit = null } = this.quota ?? {};
    const facts = [
      `poll ${this.polls}`,
      several(this.pages, 'page'),
      several(duplicates, 'duplicate'),
      ...(remaining === null ? [] : [`${remaining}${limit === null ? '' : ` of ${limit}`} requests left`]),
    ];
    return { label: facts.join(', '), unit: 'stories' };
  }
}

function several(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
