import { readInstant } from '../../../news-api/instant.js';
import { type Brands, OTHER_BRAND } from '../../brands/brands.js';
import { describeValue, isObject, type JsonObject, readId, readText } from '../../source/json-fields.js';
import { matchBrands } from './news-brands.js';
import type { BrandMatch, NewsStory } from './news-record.js';
import { readCounts, readPublisher, readSentiment, readTimes, readTopics, readWords } from './news-sections.js';

export type { BrandMatch, NewsStory } from './news-record.js';

export interface NewsContext {
  readonly brands: Brands;
  readonly fetchedAt: Date;
  /** What the records call the query that found the story. */
  readonly query?: string | null;
}

/** The flat record of a story of the Aylien News API, v5 or v6, or why there is none. */
export function toNewsStory(story: unknown, context: NewsContext): { record: NewsStory } | { reject: string } {
  if (!isObject(story)) return { reject: 'not a JSON object' };
  const reject = findProblem(story);
  return reject ? { reject } : { record: toRecord(story, context) };
}

function findProblem(story: JsonObject): string | undefined {
  return (
    problemOf(story, 'id', 'a whole number or text', readId) ??
    problemOf(story, 'title', 'text', readText) ??
    problemOf(story, 'published_at', 'a time', readInstant) ??
    (isMissing(story.published_datetime) ? undefined : problemOf(story, 'published_datetime', 'a time', readInstant))
  );
}

function problemOf(story: JsonObject, field: string, kind: string, read: (value: unknown) => unknown) {
  const value = story[field];
  if (isMissing(value)) return `${field} is missing`;
  return read(value) === null ? `${field} is ${describeValue(value)}, not ${kind}` : undefined;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function toRecord(story: JsonObject, context: NewsContext): NewsStory {
  const id = readId(story.id) ?? '';
  return {
    schema: 'news-story/1',
    id: `aylien:${id}`,
    source: 'aylien',
    source_id: id,
    ...readWords(story),
    ...readTimes(story, context.fetchedAt),
    ...readPublisher(story),
    ...listBrands(matchBrands(story, context.brands)),
    ...readSentiment(story),
    ...readTopics(story),
    ...readCounts(story),
    query: context.query ?? null,
  };
}

function listBrands(matches: readonly BrandMatch[]) {
  const brands = matches.map(({ brand }) => brand);
  return { brands: brands.length > 0 ? brands : [OTHER_BRAND], brand_matches: matches };
}
