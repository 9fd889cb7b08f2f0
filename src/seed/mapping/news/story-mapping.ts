import type { ReadItem } from '../../publish-records.js';
import { findOversize } from '../../record-size.js';
import type { Reject } from '../../rejects-file.js';
import { isObject, readId } from '../../source/json-fields.js';
import type { FoundStory } from '../../source/story-files.js';
import { type NewsContext, type NewsStory, toNewsStory } from './news-story.js';

/** Ids of stories at their source. */
export interface SeenIds {
  has(id: string): boolean;
  /** @param acquiredMs when the API took the story in */
  add(id: string, acquiredMs: number): unknown;
}

/** A story to be published, what is none, or one whose id has come before. */
export type Sifted =
  | { readonly story: NewsStory; readonly position: string; readonly raw: unknown }
  | { readonly reject: Reject }
  | { readonly duplicate: string };

/** Tells stories from what is none, and lets each id through once. */
export function siftStory(found: FoundStory, context: NewsContext, seen: SeenIds): Sifted {
  const { position } = found;
  if ('problem' in found) return { reject: { position, reason: found.problem, input: null } };
  const raw = found.story;
  const id = isObject(raw) ? readId(raw.id) : null;
  if (id !== null && seen.has(id)) return { duplicate: id };
  const outcome = toNewsStory(raw, context);
  if ('reject' in outcome) return { reject: { position, reason: outcome.reject, input: raw } };
  seen.add(outcome.record.source_id, outcome.record.acquired_at_ms);
  return { story: outcome.record, position, raw };
}

/** The record of a story, or why the broker would not take it. */
export function toStoryItem({ story, position, raw }: Extract<Sifted, { story: NewsStory }>): ReadItem {
  const record = { key: story.id, value: JSON.stringify(story) };
  const oversize = findOversize(record);
  return oversize ? { reject: { position, reason: oversize, input: raw } } : { record };
}

/** Counts stories per brand. */
export class BrandCounts {
  private readonly counts = new Map<string, number>();

  add({ brands }: NewsStory): void {
    for (const brand of brands) this.counts.set(brand, (this.counts.get(brand) ?? 0) + 1);
  }

  /** Most first. */
  list(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([, a], [, b]) => b - a));
  }
}
