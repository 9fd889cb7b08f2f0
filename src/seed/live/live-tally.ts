import type { Quota, StoriesPage } from '../aylien/client.js';
import type { SeedCounts } from '../source/source.js';

/** The sums over all polls that the counts of the seed do not have. */
export class LiveTally {
  polls = 0;
  pages = 0;
  quota: Quota | null = null;
  /** Whether the user was told that the API does not keep to the order that it was asked for. */
  hasWarnedOfOrder = false;

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
