import { readFileSync } from 'node:fs';
import type { Mentions, Story } from '../../../src/news-api/story.js';
import { generateStories, type StoryOptions } from '../../../src/news-emulator/generate-stories.js';
import { entitiesIn } from '../../../src/news-emulator/stories/entity-forms.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import { toNewsStory } from '../../../src/seed/mapping/news/news-story.js';
import { START_MS } from './open-emulator.js';

const options: StoryOptions = { seed: 3, count: 2_000, startMs: START_MS, releasePerSecond: 2, size: 'short' };
const released = generateStories(options);
const stories = released.map(({ story }) => story());
const brands = parseBrands(readFileSync('data/brands.yaml', 'utf8'));

const share = (fits: (story: Story) => boolean) => stories.filter(fits).length / stories.length;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const codePoints = (text: string) => [...text];

/** The text at each place where an entity is said to be named, and the text that is said to be there. */
const mentionsIn = (text: string, { surface_forms }: Mentions) =>
  surface_forms.flatMap(({ text: form, mentions }) =>
    mentions.map(({ index }) => ({ form, found: codePoints(text).slice(index.start, index.end).join('') })),
  );

describe('generateStories', () => {
  test('makes the same stories from the same seed, and others from another', () => {
    const again = generateStories(options).map(({ story }) => story());
    expect(again).toEqual(stories);
    const other = generateStories({ ...options, seed: 4 }).map(({ story }) => story().title);
    expect(other.slice(0, 50)).not.toEqual(stories.slice(0, 50).map(({ title }) => title));
  });

  test('moves with the start: the same texts, as much later, under ids of their own', () => {
    const laterMs = 3_600_000;
    const later = generateStories({ ...options, startMs: START_MS + laterMs });
    expect(later.map(({ story }) => story().body)).toEqual(stories.map(({ body }) => body));
    expect(later.map(({ acquiredMs }) => acquiredMs - laterMs)).toEqual(released.map(({ acquiredMs }) => acquiredMs));
    const ids = new Set(stories.map(({ id }) => id));
    expect(later.filter(({ id }) => ids.has(id))).toEqual([]);
  });

  test('puts four in five into the day before the start, and the rest after it at the pace of the release', () => {
    const acquired = released.map(({ acquiredMs }) => acquiredMs);
    const live = acquired.filter((ms) => ms >= START_MS);
    expect(Math.min(...acquired)).toBeGreaterThanOrEqual(START_MS - 86_400_000);
    expect(live).toHaveLength(400);
    expect(Math.max(...live)).toBe(START_MS + 200_000);
  });

  test('shows none before it was acquired, and some up to 157 s after newer ones', () => {
    const delays = released.map(({ acquiredMs, visibleMs }) => visibleMs - acquiredMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    const late = delays.filter((ms) => ms >= 20_000);
    expect(late.length / released.length).toBeCloseTo(0.04, 1);
    expect(Math.max(...late)).toBeLessThan(158_000);
  });

  test('gives every story an id of its own, which follows the acquisition only roughly', () => {
    const ids = stories.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const ordered = [...stories].sort((a, b) => a.id - b.id).map((story) => Date.parse(story.published_at));
    const backMs = ordered.map((ms, at) => (ordered[at - 1] ?? ms) - ms);
    expect(backMs.filter((ms) => ms > 0).length).toBeGreaterThan(100);
    expect(Math.max(...backMs)).toBeLessThanOrEqual(157_000);
  });

  test('acquires a story 26 s to 90 min after its publication, in the middle about 91 s', () => {
    const known = stories.filter(({ published_datetime }) => published_datetime !== undefined);
    const delaysS = known.map(
      (story) => (Date.parse(story.published_at) - Date.parse(story.published_datetime ?? '')) / 1_000,
    );
    expect(known.length / stories.length).toBeCloseTo(0.85, 1);
    expect(Math.min(...delaysS)).toBeGreaterThanOrEqual(26);
    expect(Math.max(...delaysS)).toBeLessThanOrEqual(5_400);
    expect(Math.abs(median(delaysS) - 91)).toBeLessThan(15);
  });

  test('counts mentions in code points, and sums them up', () => {
    for (const story of stories) {
      for (const { title, body, overall_frequency } of story.entities) {
        const mentions = [...mentionsIn(story.title, title), ...mentionsIn(story.body, body)];
        expect(mentions).toHaveLength(overall_frequency);
        expect(mentions.filter(({ found, form }) => found !== form)).toEqual([]);
      }
      expect(story.characters_count).toBe(codePoints(story.body.replaceAll('\n', '')).length);
    }
    expect(stories.some(({ body }) => codePoints(body).length < body.length)).toBe(true);
  });

  test('leaves the prominence of a brand beside the main one, outside of the title, below 0.32', () => {
    const brandIds = new Set(brands.all.map(({ wikidata }) => wikidata));
    const inBody = stories.flatMap(({ entities }) =>
      entities.filter(({ id, title }) => brandIds.has(id) && title.surface_forms.length === 0),
    );
    const low = inBody.filter(({ overall_prominence }) => overall_prominence <= 0.31);
    expect(low.length / inBody.length).toBeGreaterThan(0.8);
  });

  test('publishes some texts again elsewhere: one title and one cluster under several ids', () => {
    const groups = new Map<string, Story[]>();
    for (const story of stories) groups.set(story.title, [...(groups.get(story.title) ?? []), story]);
    const copied = [...groups.values()].filter((group) => group.length > 1);
    expect(copied.length).toBeGreaterThan(50);
    for (const group of copied) expect(new Set(group.map(({ clusters }) => clusters.join())).size).toBe(1);
    for (const group of copied) expect(group[0]?.clusters).toHaveLength(1);
  });

  test.each<[string, (story: Story) => boolean, number]>([
    ['no author', ({ author }) => author.name === '', 0.5],
    ['no image', ({ media }) => media.length === 0, 0.15],
    ['no cluster', ({ clusters, links }) => clusters.length === 0 && links.clusters === undefined, 0.63],
    ['no ranks of its source', ({ source }) => source.rankings === undefined, 0.43],
    ['a category without a label', ({ categories }) => categories.some(({ label }) => label === undefined), 0.12],
    ['a translation', ({ translations, language }) => language === 'de' && translations !== undefined, 0.05],
    ['scraped boilerplate', ({ words_count }) => words_count === 3, 0.03],
    ['an entity without links', ({ entities }) => entities.some(({ id, links }) => id.startsWith('N') && !links), 0.17],
  ])('has some with %s', (_, fits, expected) => {
    expect(share(fits) / expected).toBeGreaterThan(0.7);
    expect(share(fits) / expected).toBeLessThan(1.4);
  });

  test('is as large as real stories are, if so asked', () => {
    const full = generateStories({ ...options, count: 400, size: 'full' }).map(
      ({ story }) => JSON.stringify(story()).length,
    );
    expect(median(full)).toBeGreaterThan(7_500);
    expect(median(full)).toBeLessThan(12_500);
    expect(Math.max(...full)).toBeGreaterThan(20_000);
    expect(median(stories.map((story) => JSON.stringify(story).length))).toBeLessThan(4_000);
  });

  test.each(['flat', 'grouped-ids', 'grouped-texts'] as const)('is read by millrace with entities %s', (form) => {
    const read = stories.slice(0, 300).map((story) => {
      const sent = JSON.parse(JSON.stringify({ ...story, entities: entitiesIn(form, story) }));
      const result = toNewsStory(sent, { brands, fetchedAt: new Date(START_MS) });
      return 'record' in result ? result.record.brand_matches.map(({ brand, by }) => `${brand} ${by}`) : result;
    });
    expect(read.flat().filter((match) => String(match).endsWith(' entity')).length).toBeGreaterThan(300);
  });
});
