// A story as the Aylien News API v6 sends it, with the API's names in snake_case.

export type Polarity = 'positive' | 'neutral' | 'negative';

export interface Sentiment {
  readonly polarity: Polarity;
  readonly confidence: number;
}

export interface Mention {
  /** Counted in code points, not UTF-16 units; the end is that after the last one. */
  readonly index: { readonly start: number; readonly end: number };
  readonly sentiment: Sentiment;
}

export interface SurfaceForm {
  readonly text: string;
  readonly frequency: number;
  readonly mentions: readonly Mention[];
}

export interface Mentions {
  /** Absent if there are no mentions. */
  readonly sentiment?: Sentiment;
  readonly surface_forms: readonly SurfaceForm[];
}

export interface Entity {
  /** A Wikidata id, or `N` and digits for an entity without one, which has no links either. */
  readonly id: string;
  readonly links?: { readonly wikipedia: string; readonly wikidata: string };
  readonly stock_tickers: readonly string[];
  readonly types: readonly string[];
  readonly overall_sentiment: Sentiment;
  readonly overall_prominence: number;
  readonly overall_frequency: number;
  readonly body: Mentions;
  readonly title: Mentions;
  readonly external_ids: Readonly<Record<string, unknown>>;
}

export interface StoryTopic {
  readonly id: string;
  readonly label?: string;
  readonly score: number;
  /** Only categories have one. */
  readonly taxonomy?: string;
  readonly links: { readonly self: string };
}

export interface StorySource {
  readonly id: number;
  readonly name: string;
  readonly domain: string;
  readonly home_page_url: string;
  readonly locations: ReadonlyArray<{ readonly country: string }>;
  readonly scopes: ReadonlyArray<{ readonly level: string; readonly country?: string }>;
  readonly rankings?: { readonly alexa: readonly Rank[] };
}

export interface Rank {
  readonly rank: number;
  readonly country?: string;
  readonly fetched_at: string;
}

export interface Image {
  readonly type: 'image';
  readonly url: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly content_length?: number;
}

/** The part that depends on the text only: copies of a syndicated story have the same. */
export interface StoryText {
  readonly title: string;
  readonly body: string;
  readonly summary: { readonly sentences: readonly string[] };
  readonly categories: readonly StoryTopic[];
  readonly industries: readonly StoryTopic[];
  readonly entities: readonly Entity[];
  readonly hashtags: readonly string[];
  readonly keywords: readonly string[];
  readonly language: string;
  readonly sentiment: Readonly<Record<'title' | 'body', { readonly polarity: Polarity; readonly score: number }>>;
  readonly characters_count: number;
  readonly words_count: number;
  readonly sentences_count: number;
  readonly paragraphs_count: number;
  readonly license_type: number;
  readonly translations?: { readonly en: { readonly title: string; readonly body: string } };
}

export interface Story extends StoryText {
  readonly id: number;
  readonly author: { readonly id: number; readonly name: string };
  readonly source: StorySource;
  /** When the API acquired it, in whole seconds. */
  readonly published_at: string;
  /** When it came out, if that is known. */
  readonly published_datetime?: string;
  readonly clusters: readonly number[];
  readonly links: { readonly permalink: string; readonly clusters?: string; readonly canonical?: string };
  readonly media: readonly Image[];
}
