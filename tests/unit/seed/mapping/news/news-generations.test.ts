import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Story } from '../../../../../src/news-api/story.js';
import { generateStories } from '../../../../../src/news-emulator/generate-stories.js';
import { type EntityForm, entitiesIn } from '../../../../../src/news-emulator/stories/entity-forms.js';
import { parseBrands } from '../../../../../src/seed/brands/brands.js';
import { type NewsStory, toNewsStory } from '../../../../../src/seed/mapping/news/news-story.js';

const brands = parseBrands(readFileSync('data/brands.yaml', 'utf8'));
const slugs = new Set(brands.all.map(({ slug }) => slug));
const schema = z.fromJSONSchema(JSON.parse(readFileSync('docs/schemas/news-story-1.json', 'utf8')));
const startMs = Date.parse('2026-11-24T10:00:00Z');
const GENERATIONS: EntityForm[] = ['flat', 'grouped-ids', 'grouped-texts'];

function recordOf(story: Story, form: EntityForm): NewsStory {
  const sent = JSON.parse(JSON.stringify({ ...story, entities: entitiesIn(form, story) }));
  const outcome = toNewsStory(sent, { brands, fetchedAt: new Date(startMs) });
  if ('reject' in outcome) throw new Error(`${story.id}: ${outcome.reject}`);
  return outcome.record;
}

const byEntity = ({ brand_matches }: NewsStory) =>
  brand_matches.filter(({ by }) => by === 'entity').map(({ brand }) => brand);

describe.each([1, 2, 3])('generated stories, seed %d', (seed) => {
  const size = seed === 3 ? 'full' : 'short';
  const stories = generateStories({ seed, count: 300, startMs, releasePerSecond: 1, size }).map((each) => each.story());

  test.each(GENERATIONS)('become records that the schema accepts, with %s entities', (form) => {
    for (const story of stories) {
      const record = recordOf(story, form);
      expect(schema.safeParse(record).error).toBeUndefined();
      expect(JSON.parse(JSON.stringify(record))).toEqual(record);
      expect(record).toMatchObject({ id: `aylien:${story.id}`, title: story.title, body: story.body });
      expect(record.published_at_ms).toBeLessThanOrEqual(record.acquired_at_ms);
      expect(record.acquired_at_ms).toBe(Date.parse(story.published_at));
    }
  });

  test('are about the same brands in all three generations of entities', () => {
    const about = new Set<string>();
    for (const story of stories) {
      const [flat, ids, texts] = GENERATIONS.map((form) => recordOf(story, form)) as [NewsStory, NewsStory, NewsStory];
      expect(ids.brands).toEqual(flat.brands);
      expect(texts.brands).toEqual(flat.brands);
      expect(byEntity(ids)).toEqual(byEntity(flat));
      expect(flat.brands.every((brand) => slugs.has(brand) || brand === 'other')).toBe(true);
      for (const brand of flat.brands) about.add(brand);
    }
    expect(about.size).toBe(slugs.size + 1);
  });

  test('carry the prominence of the entity, and none where only the text names the brand', () => {
    for (const match of stories.flatMap((story) => recordOf(story, 'flat').brand_matches)) {
      expect(match.prominence === null).toBe(match.by !== 'entity');
    }
  });
});
