import { readInstant } from '../../../news-api/instant.js';
import {
  at,
  type JsonObject,
  readId,
  readInteger,
  readList,
  readNumber,
  readText,
  readTexts,
} from '../../source/json-fields.js';
import type { TaxonomyEntry } from './news-record.js';
import { readPolarity } from './read-polarity.js';

// Each function reads one group of keys of a news-story/1 record from the story of the Aylien API.

export function readWords(story: JsonObject) {
  return {
    title: readText(story.title) ?? '',
    body: readText(story.body),
    summary: readTexts(at(story, 'summary', 'sentences')),
    language: readText(story.language),
    url: readText(at(story, 'links', 'permalink')),
  };
}

// In a story, published_at is when the API acquired it, and published_datetime when it came out, which is the event time.
export function readTimes(story: JsonObject, fetchedAt: Date) {
  const acquired = readInstant(story.published_at) ?? 0;
  const published = readInstant(story.published_datetime) ?? acquired;
  return {
    published_at: new Date(published).toISOString(),
    published_at_ms: published,
    acquired_at: new Date(acquired).toISOString(),
    acquired_at_ms: acquired,
    fetched_at_ms: fetchedAt.getTime(),
  };
}

export function readPublisher(story: JsonObject) {
  return {
    publisher_name: readText(at(story, 'source', 'name')),
    publisher_domain: readText(at(story, 'source', 'domain')),
    publisher_country: readText(at(readList(at(story, 'source', 'locations'))[0], 'country')),
    author: readText(at(story, 'author', 'name')),
  };
}

export function readSentiment(story: JsonObject) {
  return {
    title_polarity: readPolarity(at(story, 'sentiment', 'title', 'polarity')),
    title_score: readNumber(at(story, 'sentiment', 'title', 'score')),
    body_polarity: readPolarity(at(story, 'sentiment', 'body', 'polarity')),
    body_score: readNumber(at(story, 'sentiment', 'body', 'score')),
  };
}

export function readTopics(story: JsonObject) {
  return {
    categories: listTopics(story.categories),
    industries: listTopics(story.industries),
    keywords: readTexts(story.keywords),
    hashtags: readTexts(story.hashtags),
    cluster_ids: readList(story.clusters)
      .map(readId)
      .filter((id) => id !== null),
  };
}

function listTopics(topics: unknown): TaxonomyEntry[] {
  return readList(topics).flatMap((topic) => {
    const id = readId(at(topic, 'id'));
    if (id === null) return [];
    const [taxonomy, label] = [readText(at(topic, 'taxonomy')), readText(at(topic, 'label'))];
    return [{ taxonomy, id, label, score: readNumber(at(topic, 'score')) }];
  });
}

export function readCounts(story: JsonObject) {
  const image = readList(story.media).find((item) => at(item, 'type') === 'image' && readText(at(item, 'url')));
  return {
    words_count: readInteger(story.words_count),
    characters_count: readInteger(story.characters_count),
    image_url: readText(at(image, 'url')),
    license_type: readInteger(story.license_type),
  };
}
