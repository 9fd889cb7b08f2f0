import type { Story } from '../news-api/story.js';
import type { Predicate } from './aql/compile.js';
import { type CursorPosition, comparePositions, type Direction } from './cursor.js';
import { generateStories, type ReleasedStory, type StoryOptions } from './generate-stories.js';

/** What a request looks for. */
export interface Selection {
  readonly fits: Predicate<Story>;
  /** Bounds of `published_at`, both included [INF]; null for no bound. */
  readonly start: Date | null;
  readonly end: Date | null;
}

export interface FeedState {
  /** Stories that a request can find now. */
  readonly released: number;
  readonly total: number;
  /** When the last story comes. */
  readonly endsAt: Date;
}

/** The stories of an emulator. Each can be found from its release on. */
export class StoryStore {
  private readonly ascending: readonly ReleasedStory[];
  private readonly descending: readonly ReleasedStory[];

  constructor(
    options: StoryOptions,
    private readonly now: () => number,
  ) {
    this.ascending = generateStories(options);
    this.descending = [...this.ascending].sort((a, b) => comparePositions(positionOf(a), positionOf(b), 'desc'));
  }

  /** The released stories that fit, in this order, beginning after `after`. */
  *find({ fits, start, end }: Selection, direction: Direction, after: CursorPosition | null): Generator<Story> {
    const nowMs = this.now();
    const [fromMs, toMs] = [start?.getTime() ?? -Infinity, end?.getTime() ?? Infinity];
    for (const released of direction === 'asc' ? this.ascending : this.descending) {
      const { acquiredMs, visibleMs } = released;
      if (visibleMs > nowMs || acquiredMs < fromMs || acquiredMs > toMs) continue;
      if (after !== null && comparePositions(positionOf(released), after, direction) <= 0) continue;
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

function positionOf({ acquiredMs, id }: ReleasedStory): CursorPosition {
  return { value: acquiredMs, id };
}
