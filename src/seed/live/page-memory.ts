import { createHash } from 'node:crypto';
import type { Brands } from '../brands/brands.js';
import type { NewsStory } from '../mapping/news/news-story.js';
import { type SeenIds, type Sifted, siftStory, toStoryItem } from '../mapping/news/story-mapping.js';
import type { LateStories } from '../pace/late-records.js';
import type { ReadItem } from '../publish-records.js';
import type { RecordFile } from '../record-file.js';
import { at, readInstant } from '../source/json-fields.js';

export interface PageSifterParts {
  readonly seen: SeenIds;
  readonly brands: Brands;
  readonly queryName: string;
  readonly late: LateStories;
  readonly record?: RecordFile | undefined;
  readonly now: () => number;
}

export interface SiftedPage {
  readonly items: ReadonlyArray<ReadItem & { readonly eventMs?: number }>;
  /** Those that are to be published. */
  readonly stories: readonly NewsStory[];
  /** Stories and rejects that have not come before. */
  readonly fresh: number;
  /** Of every story that was looked at, in the order of the page, milliseconds since 1970. */
  readonly acquiredMs: readonly number[];
}

/** Sorts out what a page has that did not come before; what it keeps aside it keeps aside once. */
export class PageSifter {
  private rejected = new Set<string>();
  private rejectedBefore = new Set<string>();

  constructor(private readonly parts: PageSifterParts) {}

  /** A story that is refused comes again with each poll of its time, and not after that. */
  nextPoll(): void {
    this.rejectedBefore = this.rejected;
    this.rejected = new Set();
  }

  /** @param most stops after so many that are fresh */
  async sift(stories: readonly unknown[], page: string, most: number): Promise<SiftedPage> {
    const items: (ReadItem & { eventMs?: number })[] = [];
    const published: NewsStory[] = [];
    const acquiredMs: number[] = [];
    let fresh = 0;
    for (const [index, raw] of stories.entries()) {
      if (fresh >= most) break;
      acquiredMs.push(readInstant(at(raw, 'published_at')) ?? Number.NaN);
      const sifted = this.siftOne(raw, `${page}, story ${index + 1}`);
      items.push('story' in sifted ? this.toItem(sifted, published) : sifted);
      if ('duplicate' in sifted) continue;
      fresh += 1;
      await this.parts.record?.keep(raw);
    }
    await this.parts.record?.flush();
    return { items, stories: published, fresh, acquiredMs: acquiredMs.filter((ms) => !Number.isNaN(ms)) };
  }

  private siftOne(story: unknown, position: string): Sifted {
    const { brands, queryName, seen, now } = this.parts;
    const context = { brands, fetchedAt: new Date(now()), body: 'full', query: queryName } as const;
    const sifted = siftStory({ position, story }, context, seen);
    if (!('reject' in sifted)) return sifted;
    const digest = createHash('sha256').update(JSON.stringify(story)).digest('hex');
    const isOld = this.rejected.has(digest) || this.rejectedBefore.has(digest);
    this.rejected.add(digest);
    return isOld ? { duplicate: digest } : sifted;
  }

  private toItem(sifted: Extract<Sifted, { story: NewsStory }>, published: NewsStory[]) {
    const item = toStoryItem(sifted);
    if (!('record' in item)) return item;
    const eventMs = Math.min(sifted.story.published_at_ms, this.parts.now());
    this.parts.late.look(eventMs);
    published.push(sifted.story);
    return { ...item, eventMs };
  }
}
