import { createHash } from 'node:crypto';
import { storyIdOf } from '../mapping/news/story-mapping.js';
import { at, readNumber } from '../source/json-fields.js';
import type { KnownKeys } from '../source/source.js';
import type { SeenStories } from './seen-stories.js';

/** What came before from the feed: the stories in the topic, and the rejects, so that each is written down only once. */
export class FeedMemory implements KnownKeys {
  private rejected = new Set<string>();
  private rejectedBefore = new Set<string>();

  constructor(private readonly seen: SeenStories) {}

  /** Polls overlap, so a rejected story may come with the next poll too. Rejects of older polls are forgotten. */
  nextPoll(): void {
    this.rejectedBefore = this.rejected;
    this.rejected = new Set();
  }

  has(key: string): boolean {
    return this.seen.has(storyIdOf(key) ?? '');
  }

  add(key: string, story: unknown): void {
    this.seen.add(storyIdOf(key) ?? '', readNumber(at(story, 'acquired_at_ms')));
  }

  hasRejected(raw: unknown): boolean {
    const digest = createHash('sha256').update(JSON.stringify(raw)).digest('hex');
    const isKnown = this.rejected.has(digest) || this.rejectedBefore.has(digest);
    this.rejected.add(digest);
    return isKnown;
  }
}
