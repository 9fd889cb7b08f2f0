import type { StoriesQuery } from '../../src/seed/aylien/api-address.js';
import type { NewsApiClient, StoriesPage } from '../../src/seed/aylien/client.js';
import type { Clock } from '../../src/seed/pace/system-clock.js';

export interface FeedStory {
  readonly id: number;
  readonly acquiredMs: number;
  /** When a query first finds it; at its acquisition unless said otherwise. */
  readonly visibleMs?: number;
  readonly changes?: object;
}

/** Time passes when somebody sleeps, and only then. */
export class PassingClock implements Clock {
  constructor(public nowMs = Date.parse('2026-11-24T10:00:00Z')) {}

  now(): number {
    return this.nowMs;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.nowMs += ms;
  }

  random(): number {
    return 0.5;
  }
}

/** The news API without a network: stories by their acquisition, as far as they are visible by the clock. */
export class MemoryFeed implements NewsApiClient {
  readonly asked: StoriesQuery[] = [];
  isNewestFirst = false;

  constructor(
    private readonly stories: readonly FeedStory[],
    private readonly clock: Clock,
    private readonly perPage = 100,
    /** May throw instead of giving a page; pages are counted over all queries, from 1. */
    private readonly fail: (page: number) => void = () => undefined,
  ) {}

  private pagesGiven = 0;

  async *pages(query: StoriesQuery, signal: AbortSignal): AsyncGenerator<StoriesPage, void, undefined> {
    this.asked.push(query);
    const [startMs, endMs] = [Date.parse(query.start), Date.parse(query.end)];
    const found = this.stories
      .filter(({ acquiredMs, visibleMs = acquiredMs }) => {
        return acquiredMs >= startMs && acquiredMs <= endMs && visibleMs <= this.clock.now();
      })
      .sort((a, b) => (a.acquiredMs - b.acquiredMs) * (this.isNewestFirst ? -1 : 1) || a.id - b.id);
    for (let from = 0; from <= found.length; from += this.perPage) {
      signal.throwIfAborted();
      this.fail(++this.pagesGiven);
      const stories = found.slice(from, from + this.perPage).map(toStory);
      yield { stories, quota: { limit: 60, remaining: 57, resetAt: null }, warnings: [] };
    }
  }
}

export function toStory({ id, acquiredMs, changes }: FeedStory): object {
  return { id, title: `Audi ${id}`, published_at: new Date(acquiredMs).toISOString(), ...changes };
}
