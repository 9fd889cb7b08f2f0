import { readFileSync } from 'node:fs';
import { parseBrands } from '../../../../../src/seed/brands/brands.js';
import { type NewsContext, type NewsStory, toNewsStory } from '../../../../../src/seed/mapping/news/news-story.js';

const context: NewsContext = {
  brands: parseBrands(readFileSync('data/brands.yaml', 'utf8')),
  fetchedAt: new Date('2026-11-18T09:00:00Z'),
};
const minimal = { id: 5100000001, title: 'A quiet day', published_at: '2026-11-18T08:00:30Z' };

const recordOf = (story: unknown, changes: Partial<NewsContext> = {}): NewsStory => {
  const result = toNewsStory(story, { ...context, ...changes });
  if ('reject' in result) throw new Error(result.reject);
  return result.record;
};

describe('toNewsStory', () => {
  test('gives every key a value even when the story has three of them', () => {
    const record = recordOf(minimal);
    expect(Object.values(record)).not.toContain(undefined);
    expect(record).toMatchObject({ id: 'aylien:5100000001', source_id: '5100000001', body: null, query: null });
    expect(record).toMatchObject({
      brands: ['other'],
      brand_matches: [],
      summary: [],
      fetched_at_ms: Date.parse('2026-11-18T09:00:00Z'),
    });
  });

  test('takes the publication time as event time and keeps the acquisition time', () => {
    const record = recordOf({ ...minimal, published_datetime: '2026-11-18T08:59:00.1239+01:00' });
    expect(record.published_at).toBe('2026-11-18T07:59:00.123Z');
    expect(record.published_at_ms).toBe(Date.parse(record.published_at));
    expect(record.acquired_at).toBe('2026-11-18T08:00:30.000Z');
    expect(record.acquired_at_ms).toBe(Date.parse(record.acquired_at));
  });

  test('falls back to the acquisition time', () => {
    const record = recordOf({ ...minimal, published_datetime: null });
    expect(record.published_at).toBe('2026-11-18T08:00:30.000Z');
  });

  test('looks for brands in the body, too', () => {
    const record = recordOf({ ...minimal, body: 'An Audi passed by.' });
    expect(record).toMatchObject({ body: 'An Audi passed by.', brands: ['audi'] });
  });

  test('names the query that found the story', () => {
    expect(recordOf(minimal, { query: 'brands' }).query).toBe('brands');
  });

  test('reads an empty author as null', () => {
    expect(recordOf({ ...minimal, author: { id: 1, name: '' } }).author).toBeNull();
  });

  test('takes the first image, and clusters and category ids as text', () => {
    const media = [
      { type: 'video', url: 'https://v.example.com' },
      { type: 'image', url: 'https://i.example.com' },
    ];
    const categories = [{ id: 'IAB2', score: 1, taxonomy: 'iab-qag' }, { label: 'no id' }, 7];
    const record = recordOf({ ...minimal, media, categories, clusters: [437, '438'] });
    expect(record).toMatchObject({ image_url: 'https://i.example.com', cluster_ids: ['437', '438'] });
    expect(record.categories).toEqual([{ taxonomy: 'iab-qag', id: 'IAB2', label: null, score: 1 }]);
  });
});

describe('toNewsStory on odd input', () => {
  test.each([
    [null, 'not a JSON object'],
    [[], 'not a JSON object'],
    ['text', 'not a JSON object'],
    [{}, 'id is missing'],
    [{ ...minimal, id: '' }, 'id is missing'],
    [{ ...minimal, id: 1.5 }, 'id is 1.5, not a whole number or text'],
    [{ ...minimal, title: ' ' }, 'title is missing'],
    [{ ...minimal, title: ['x'] }, 'title is a list, not text'],
    [{ ...minimal, published_at: undefined }, 'published_at is missing'],
    [{ ...minimal, published_at: 'yesterday' }, 'published_at is "yesterday", not a time'],
    [{ ...minimal, published_at: '2026-02-30T08:00:00Z' }, 'published_at is "2026-02-30T08:00:00Z", not a time'],
    [{ ...minimal, published_at: '2026-11-18T08:00:00' }, 'published_at is "2026-11-18T08:00:00", not a time'],
    [{ ...minimal, published_at: 1795000000 }, 'published_at is 1795000000, not a time'],
    [{ ...minimal, published_datetime: {} }, 'published_datetime is an object, not a time'],
  ])('rejects %j: %s', (story, reject) => {
    expect(toNewsStory(story, context)).toEqual({ reject });
  });

  const oddities = [
    null,
    0,
    -1,
    1.5,
    '',
    'odd',
    true,
    [],
    [null],
    [[]],
    {},
    { title: 5 },
    { sentences: 'x' },
    { name: [] },
  ];
  const fields = Object.keys(recordOf(minimal)).concat('entities', 'source', 'author', 'links', 'media', 'sentiment');

  test.each(fields)('never throws and stays serialisable whatever %s holds', (field) => {
    for (const odd of oddities) {
      const result = toNewsStory({ ...minimal, [field]: odd }, context);
      if ('record' in result) expect(JSON.parse(JSON.stringify(result.record))).toEqual(result.record);
      else expect(result.reject).toMatch(new RegExp(`^${field} is `));
    }
  });
});
