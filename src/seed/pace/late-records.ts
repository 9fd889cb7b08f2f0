import type { Reporter } from '../../report/reporter.js';
import type { NewsStory } from '../mapping/news/news-story.js';

/** The default watermark of windowed-news: what lies further behind the newest event is dropped as late. */
export const WATERMARK_MS = 2 * 3_600_000;

/** The story as if it had happened so much later; its times keep their distances. */
export function shiftStory(story: NewsStory, byMs: number): NewsStory {
  if (byMs === 0) return story;
  const [published, acquired] = [story.published_at_ms + byMs, story.acquired_at_ms + byMs];
  return {
    ...story,
    published_at: new Date(published).toISOString(),
    published_at_ms: published,
    acquired_at: new Date(acquired).toISOString(),
    acquired_at_ms: acquired,
  };
}

/** The event times of some stories, from the first to the last. */
export interface EventSpan {
  readonly oldestMs: number;
  readonly newestMs: number;
}

export function spanOf(stories: Iterable<NewsStory>): EventSpan | undefined {
  let span: EventSpan | undefined;
  for (const { published_at_ms: ms } of stories) span = widen(span, ms);
  return span;
}

export function widen(span: EventSpan | undefined, ms: number): EventSpan {
  return { oldestMs: Math.min(span?.oldestMs ?? ms, ms), newestMs: Math.max(span?.newestMs ?? ms, ms) };
}

/**
 * How far stories must move so that the newest happens at the end of a replay that begins now, and none before it is
 * published: a replay slower than the events were begins with the oldest at its start.
 */
export function shiftForReplay({ oldestMs, newestMs }: EventSpan, nowMs: number, speed: number): number {
  const endMs = nowMs + (newestMs - oldestMs) / speed;
  return Math.floor(Math.min(endMs - newestMs, nowMs - oldestMs));
}

/** Says once that stories lie so far behind the topic's newest that a stream which has read that one drops them. */
export class LateStories {
  private isSaid = false;

  /** @param newestEventMs of what the topic holds already */
  constructor(
    private newestEventMs: number,
    private readonly report: Reporter,
    private readonly wayOut: string,
  ) {}

  /** @param eventMs of the story that is published next */
  look(eventMs: number): void {
    if (!this.isSaid && eventMs < this.newestEventMs - WATERMARK_MS) this.warn(eventMs);
    this.newestEventMs = Math.max(this.newestEventMs, eventMs);
  }

  private warn(eventMs: number): void {
    this.isSaid = true;
    this.report.warn(
      `stories of ${minute(eventMs)} lie more than 2 hours behind the newest of the topic, ${minute(this.newestEventMs)}: ` +
        `a windowed-news that has read that one drops them as late; ${this.wayOut}`,
    );
  }
}

function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
