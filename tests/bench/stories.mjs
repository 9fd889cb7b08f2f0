// Stories as `seed news` would publish them, made of the shipped ones.
import { readFileSync } from 'node:fs';
import { parseBrands } from '../../dist/src/seed/brands/brands.js';
import { toNewsStory } from '../../dist/src/seed/mapping/news/news-story.js';

/** The shipped stories as records. */
export function sampleStories() {
  const brands = parseBrands(readFileSync('data/brands.yaml', 'utf8'));
  const { stories } = JSON.parse(readFileSync('data/news-sample.json', 'utf8'));
  return stories.map((story) => toNewsStory(story, { brands, fetchedAt: new Date(), body: 'full' }).record);
}

/** A shipped story that is about one brand alone and is published now. */
export function storyAbout(sample, brand) {
  return { ...sample, id: `bench:${brand}`, brands: [brand], brand_matches: [], published_at_ms: Date.now() };
}
