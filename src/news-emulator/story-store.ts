import type { Story } from '../news-api/story.js';
import type { Test } from './aql/compile.js';
import { comparePlaces, type Direction, type Place } from './cursor.js';
import { generateStories, type ReleasedStory, type StoryOptions } from './generate-stories.js';

/** What a request looks for. */
export interface Selection {
  readonly fits: Test<Story>;
  /** Of `published_at`, both included [INF]; null for no bound. */
  readonly start: Date | null;
  readonly end: Date | null;
}

export interface FeedState {
  /** Stories that a request can find now. */
  readonly released: number;
  readonly total: number;
  /** When the last one comes. */
  readonly endsAt: Date;
}

/** The stories of an emulator; each is there from its moment on. */
export class StoryStore {
  private readonly ascending: readonly ReleasedStory[];
  private readonly descending: readonly ReleasedStory[];

  constructor(
    options: StoryOptions,
    private readonly now: () => number,
  ) {
    this.ascending = generateStories(options);
    this.descending = [...this.ascending].sort((a, b) => comparePlaces(placeOf(a), placeOf(b), 'desc'));
  }

  /** Those that fit and are there by now, in this order, beginning behind `after`. */
  *find({ fits, start, end }: Selection, direction: Direction, after: Place | null): Generator<Story> {
    const nowMs = this.now();
    const [fromMs, toMs] = [start?.getTime() ?? -Infinity, end?.getTime() ?? Infinity];
    for (const released of direction === 'asc' ? this.ascending : this.descending) {
      const { acquiredMs, visibleMs } = released;
      if (visibleMs > nowMs || acquiredMs < fromMs || acquiredMs > toMs) continue;
      if (after !== null && comparePlaces(placeOf(released), after, direction) <= 0) continue;
      const story = released.story();
      if (fits(story)) yield story;
    }
  }

  get state(): FeedState {
    const visible = this.ascending.map(({ visibleMs }) => visibleMs);
    const endsMs = visible.reduce((latest, ms) => Math.max(latest, ms), 0);
    const nowMs = this.now();
    return { released: visible.filter((ms) => ms <= nowMs).length, total: visible.length, endsAt: new Date(endsMs) };
  }
}

function placeOf({ acquiredMs, id }: ReleasedStory): Place {
  return { value: acquiredMs, id };
}
