import type { Polarity } from '../../../news-api/story.js';

/** Why a story is filed under a brand; the numbers are the news API's and null unless it named the entity. */
export interface BrandMatch {
  readonly brand: string;
  readonly wikidata: string;
  readonly by: 'entity' | 'title' | 'body';
  readonly prominence: number | null;
  readonly polarity: Polarity | null;
  readonly confidence: number | null;
}

export interface TaxonomyEntry {
  readonly taxonomy: string | null;
  readonly id: string;
  readonly label: string | null;
  readonly score: number | null;
}

/** The value of a record of the news topic, `news-story/1`: every key is always present (docs/topics/news.md). */
export interface NewsStory {
  readonly schema: 'news-story/1';
  readonly id: string;
  readonly source: 'aylien';
  readonly source_id: string;
  readonly title: string;
  readonly body: string | null;
  readonly summary: readonly string[];
  readonly language: string | null;
  readonly url: string | null;
  readonly published_at: string;
  readonly published_at_ms: number;
  readonly acquired_at: string;
  readonly acquired_at_ms: number;
  readonly fetched_at_ms: number;
  readonly publisher_name: string | null;
  readonly publisher_domain: string | null;
  readonly publisher_country: string | null;
  readonly author: string | null;
  readonly brands: readonly string[];
  readonly brand_matches: readonly BrandMatch[];
  readonly title_polarity: Polarity | null;
  readonly title_score: number | null;
  readonly body_polarity: Polarity | null;
  readonly body_score: number | null;
  readonly categories: readonly TaxonomyEntry[];
  readonly industries: readonly TaxonomyEntry[];
  readonly keywords: readonly string[];
  readonly hashtags: readonly string[];
  readonly cluster_ids: readonly string[];
  readonly words_count: number | null;
  readonly characters_count: number | null;
  readonly image_url: string | null;
  readonly license_type: number | null;
  readonly query: string | null;
}
