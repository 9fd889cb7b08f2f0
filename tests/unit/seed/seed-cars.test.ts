import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import type { Seeding, SeedOptions } from '../../../src/seed/engine/seeding.js';
import type { CarListing } from '../../../src/seed/mapping/cars/car-listing.js';
import { seedCars } from '../../../src/seed/seed-cars.js';
import { MemoryTopic } from '../../fakes/memory-topic.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type MemorySetting, NOW, seedInMemory } from './seed-in-memory.js';

const root = temporaryFolder();
const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');
const HOUR = 3_600_000;
const HEADER = 'model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize';
const row = (price: number | string) => `A1,2017,${price},Manual,15735,Petrol,150,55.4,1.4`;

function fileOf(name: string, ...lines: string[]): string {
  const path = join(root, name);
  writeFileSync(path, `${[HEADER, ...lines].join('\n')}\n`);
  return path;
}

async function publish(
  paths: readonly string[],
  options: Partial<SeedOptions> = {},
  setting: Partial<MemorySetting> = {},
) {
  const { RecordingReporter } = await import('../../../src/report/recording-reporter.js');
  const report = new RecordingReporter();
  const seeding = await seedCars.choose(paths, {}).open({ report, readBrands: async () => brands, environment: {} });
  return seedInMemory(seeding as Seeding<unknown, CarListing>, options, { root, report, ...setting });
}

const tenRows = Array.from({ length: 10 }, (_, index) => row(1_000 + index));
const hoursAgo = ({ value }: { readonly value: CarListing }) => (NOW - Date.parse(value.listed_at)) / HOUR;

describe('rows of CSV files', () => {
  test('become records with key, make and the moment of publishing; others go aside with their line', async () => {
    const paths = [fileOf('audi.csv', row(9_000), '', row('dear'), row(0)), fileOf('vw.csv', row(7_000))];
    const { counts, sent, groups, odd, readBySource, rejects, ledger, progress } = await publish(paths);
    expect(counts).toEqual({ read: 4, published: 3, rejected: 1, duplicates: 0 });
    expect(sent.map(({ key }) => key)).toEqual(['audi/1', 'audi/3', 'vw/1']);
    expect(sent[0]?.value).toMatchObject({
      ...{ schema: 'car-listing/1', source: 'audi.csv', make: 'audi', price: 9_000 },
      listed_at: new Date(NOW).toISOString(),
    });
    expect(groups).toEqual({ audi: 2, vw: 1 });
    expect(odd).toEqual(['audi.csv:5 price 0']);
    expect(readBySource).toEqual({ 'audi.csv': 3, 'vw.csv': 1 });
    expect(JSON.parse(readFileSync(rejects.path, 'utf8'))).toEqual({
      position: 'audi.csv:4',
      reason: 'price is "dear", not a number',
      input: row('dear').split(','),
    });
    expect(ledger).toEqual({ sources: { 'audi.csv': 2, 'vw.csv': 1 }, endOffsets: 0, newestEventMs: NOW });
    expect(progress).toMatchObject({ label: 'vw', done: 3, unit: 'records' });
  });

  test('are published no earlier than the newest listing of the topic', async () => {
    const { sent } = await publish([fileOf('late.csv', row(1))], {}, { newestEventMs: NOW + HOUR });
    expect(sent.map(hoursAgo)).toEqual([-1]);
  });

  test('--limit stops in the midst of a file, and files behind it are not reached', async () => {
    const paths = [fileOf('first.csv', ...tenRows), fileOf('second.csv', ...tenRows)];
    const { counts, ledger } = await publish(paths, { limit: 4 });
    expect(counts).toMatchObject({ read: 4, published: 4 });
    expect(ledger.sources).toEqual({ 'first.csv': 4 });
  });
});

describe('--spread', () => {
  test.each([
    [undefined, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0]],
    [2, [0.5, 0]],
  ])('gives the rows times over the whole span, also with a limit of %s', async (limit, hours) => {
    const { sent, report } = await publish([fileOf('spread.csv', ...tenRows)], { limit, pace: { spreadMs: HOUR } });
    expect(sent.map((each) => Math.round(hoursAgo(each) * 100) / 100)).toEqual(hours);
    expect(report.warnings).toEqual([]);
  });

  test('never goes behind the newest of the topic, unless it may', async () => {
    const paths = [fileOf('behind.csv', ...tenRows)];
    const newestEventMs = NOW - HOUR / 10;
    const clamped = await publish(paths, { pace: { spreadMs: HOUR } }, { newestEventMs });
    expect(Math.max(...clamped.sent.map(hoursAgo))).toBeLessThan(0.1);
    expect(clamped.report.warnings).toEqual([
      expect.stringMatching(/^spread over 6 m 0 s only: the newest listing of/),
    ]);
    const free = await publish(paths, { pace: { spreadMs: HOUR, mayGoBehind: true } }, { newestEventMs });
    expect(Math.max(...free.sent.map(hoursAgo))).toBeCloseTo(0.9);
  });
});

describe('--resume', () => {
  test('leaves out what the topic holds, which keeps its time, and takes the rest', async () => {
    const topic = new MemoryTopic();
    const path = fileOf('broken.csv', ...tenRows);
    await publish([path], { limit: 4 }, { topic });
    const before = topic.values<CarListing>();
    const pace = { spreadMs: HOUR };
    const { counts, sent, readBySource } = await publish([path], { isResuming: true, pace }, { topic });
    expect(counts).toEqual({ read: 10, published: 6, rejected: 0, duplicates: 4 });
    expect(sent.map(({ key }) => key)).toEqual([5, 6, 7, 8, 9, 10].map((number) => `broken/${number}`));
    expect(readBySource).toEqual({ 'broken.csv': 10 });
    // The span is for those that are left.
    expect(sent.map((each) => Math.round(hoursAgo(each) * 60))).toEqual([50, 40, 30, 20, 10, 0]);
    expect(topic.values<CarListing>().slice(0, 4)).toEqual(before);
  });

  test('of a finished seed does nothing', async () => {
    const topic = new MemoryTopic();
    const path = fileOf('whole.csv', ...tenRows);
    await publish([path], {}, { topic });
    const { counts } = await publish([path], { isResuming: true }, { topic });
    expect(counts).toEqual({ read: 10, published: 0, rejected: 0, duplicates: 10 });
    expect(topic.keys).toHaveLength(10);
  });

  test('counts with --limit what is not in the topic', async () => {
    const topic = new MemoryTopic();
    const path = fileOf('limited.csv', ...tenRows);
    for (const published of [3, 3, 3, 1]) {
      const { counts } = await publish([path], { isResuming: true, limit: 3 }, { topic });
      expect(counts.published).toBe(published);
    }
  });
});

describe('--record', () => {
  test('keeps rows of all files so that a seed of that file gives the same listings', async () => {
    const recordPath = join(root, 'recorded.csv');
    const paths = [fileOf('audi.csv', row(1), row('dear'), 'A1,2', tenRows[0]?.replace('A1', '"A1, ""S"""') ?? '')];
    const odd = join(root, 'vw.csv');
    writeFileSync(
      odd,
      'year,model,price,transmission,mileage,fuelType,engineSize,make\n2018,Up,5,Manual,6,Petrol,1.0,\n',
    );
    const first = await publish([...paths, odd], { recordPath });
    const again = await publish([recordPath]);
    const plain = ({ value: { source: _source, listed_at: _at, ...rest } }: { readonly value: CarListing }) => rest;
    expect(first.sent).toHaveLength(3);
    expect(again.sent.map(plain)).toEqual(first.sent.map(plain));
    expect(again.counts).toEqual(first.counts);
  });
});
