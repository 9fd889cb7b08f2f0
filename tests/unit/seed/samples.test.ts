import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import { type NewsStory, toNewsStory } from '../../../src/seed/mapping/news/news-story.js';
import { openStoryFiles } from '../../../src/seed/source/story-files.js';

const brands = parseBrands(readFileSync('data/brands.yaml', 'utf8'));
const cars = readFileSync('data/cars-sample.csv', 'utf8').trimEnd().split('\n').slice(1);
const shared = resolve('../shared/data/news/tesla_stories.json');

const toRecords = async (path: string): Promise<NewsStory[]> => {
  const records: NewsStory[] = [];
  const source = await openStoryFiles({ paths: [path], sourcePrefix: '', report: new RecordingReporter() });
  for await (const { items } of source.batches()) {
    for (const item of items) {
      const result = toNewsStory('raw' in item ? item.raw : item, { brands, fetchedAt: new Date() });
      if ('reject' in result) throw new Error(`${path}:${item.at}: ${result.reject}`);
      records.push(result.record);
    }
  }
  await source.close();
  return records;
};

describe('generate-samples', () => {
  test('reproduces the committed samples byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'samples-'));
    execFileSync(process.execPath, ['data/generate-samples.mjs', folder]);
    for (const name of ['cars-sample.csv', 'news-sample.json']) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(join('data', name)))).toBe(true);
    }
    rmSync(folder, { recursive: true });
  });
});

describe('the sample of listings', () => {
  test('holds 3,000 rows, six of them repeated, and one odd year', () => {
    expect(cars).toHaveLength(3000);
    expect(new Set(cars).size).toBe(2994);
    expect(cars.filter((row) => Number(row.split(',')[2]) > 2020)).toHaveLength(1);
  });

  test('spells every row as the header says', () => {
    const row =
      /^[a-z]+,[\w -]+,20\d\d,\d+,(Manual|Automatic|Semi-Auto),\d+,(Petrol|Diesel|Hybrid),\d*,(\d+\.\d)?,\d\.\d$/;
    expect(cars.filter((line) => !row.test(line))).toEqual([]);
  });

  test('names only makes of the vocabulary', () => {
    const makes = new Set(cars.map((row) => row.split(',')[0]));
    expect([...makes].sort()).toEqual(
      brands.all
        .map(({ slug }) => slug)
        .filter((slug) => slug !== 'tesla')
        .sort(),
    );
  });
});

describe('the sample of stories', () => {
  let records: NewsStory[];
  beforeAll(async () => {
    records = await toRecords('data/news-sample.json');
  });

  test('gives 240 records that its JSON Schema accepts', () => {
    const schema = z.fromJSONSchema(JSON.parse(readFileSync('docs/schemas/news-story-1.json', 'utf8')));
    expect(new Set(records.map(({ id }) => id)).size).toBe(240);
    for (const record of records) expect(schema.safeParse(record).error).toBeUndefined();
  });

  test('is acquired 26 s to 30 min after publication', () => {
    const delaysMs = records.map((record) => record.acquired_at_ms - record.published_at_ms);
    expect(delaysMs.filter((delayMs) => delayMs !== 0 && (delayMs < 26_000 || delayMs > 1_800_000))).toEqual([]);
  });

  test('is about every brand and about none, by entity, by title and by body', () => {
    const named = new Set(records.flatMap((record) => record.brands));
    expect([...named].sort()).toEqual([...brands.all.map(({ slug }) => slug), 'other'].sort());
    const ways = new Set(records.flatMap((record) => record.brand_matches.map(({ by }) => by)));
    expect([...ways].sort()).toEqual(['body', 'entity', 'title']);
  });

  test('keeps brands unique, sorted and in step with the matches', () => {
    for (const { brands: named, brand_matches } of records) {
      expect(named).toEqual([...new Set(named)].sort());
      if (brand_matches.length > 0) expect(brand_matches.map(({ brand }) => brand)).toEqual(named);
    }
  });

  test('holds syndicated copies: one title under two ids', () => {
    expect(records.length - new Set(records.map(({ title }) => title)).size).toBe(12);
  });

  test('puts several stories into the same ten seconds', () => {
    const slots = records.map((record) => Math.floor(record.published_at_ms / 10_000));
    const sizes = [...new Set(slots)].map((slot) => slots.filter((other) => other === slot).length);
    expect(sizes.filter((size) => size >= 3).length).toBeGreaterThanOrEqual(10);
  });
});

describe('real stories', () => {
  (existsSync(shared) ? test : test.skip)('all become records about tesla', async () => {
    const records = await toRecords(shared);
    expect(records).toHaveLength(10);
    for (const record of records) expect(record.brands).toContain('tesla');
  });
});

describe('the documented records', () => {
  test.each([
    ['cars', 'car-listing-1'],
    ['news', 'news-story-1'],
    ['brand-pulse', 'brand-pulse-1'],
  ])('the example of the topic %s fits the schema %s', (topic, name) => {
    const schema = z.fromJSONSchema(JSON.parse(readFileSync(`docs/schemas/${name}.json`, 'utf8')));
    const [, example = ''] = /```json\n([\s\S]+?)```/.exec(readFileSync(`docs/topics/${topic}.md`, 'utf8')) ?? [];
    expect(schema.safeParse(JSON.parse(example)).error).toBeUndefined();
  });
});
