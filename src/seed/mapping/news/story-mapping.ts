import type { Brands } from '../../brands/brands.js';
import { isObject, readId } from '../../source/json-fields.js';
import type { Mapping } from '../mapping.js';
import type { NewsStory } from './news-record.js';
import { toNewsStory } from './news-story.js';

const KEY = /^aylien:(.+)$/s;

/** Stories of the Aylien News API as `news-story/1` records, key `aylien:<id>`, counted under their brands. */
export class StoryMapping implements Mapping<unknown, NewsStory> {
  readonly hasUniqueKeys = false;

  /** @param query what the records call the query that found the stories; null for files */
  constructor(
    private readonly brands: Brands,
    private readonly query: string | null = null,
  ) {}

  keyOf(raw: unknown): string | undefined {
    const id = isObject(raw) ? readId(raw.id) : null;
    return id === null ? undefined : toStoryKey(id);
  }

  map(raw: unknown, nowMs: number) {
    const context = { brands: this.brands, fetchedAt: new Date(nowMs), query: this.query };
    const outcome = toNewsStory(raw, context);
    if ('reject' in outcome) return outcome;
    const { record } = outcome;
    return { value: record, eventMs: record.published_at_ms, groups: record.brands };
  }

  /** Moves both times of the story by the same amount. */
  withEventTime(story: NewsStory, eventMs: number): NewsStory {
    if (eventMs === story.published_at_ms) return story;
    const acquiredMs = story.acquired_at_ms + eventMs - story.published_at_ms;
    return {
      ...story,
      published_at: new Date(eventMs).toISOString(),
      published_at_ms: eventMs,
      acquired_at: new Date(acquiredMs).toISOString(),
      acquired_at_ms: acquiredMs,
    };
  }

  toInput(raw: unknown): unknown {
    return raw;
  }

  toLine(raw: unknown): string {
    return JSON.stringify(raw);
  }
}

function toStoryKey(id: string): string {
  return `aylien:${id}`;
}

/** The id of a story in the news API, from the key of its record; undefined where the key is not that of a story. */
export function storyIdOf(key: string | null): string | undefined {
  return KEY.exec(key ?? '')?.[1];
}
