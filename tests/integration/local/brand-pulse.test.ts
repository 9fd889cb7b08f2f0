import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { cliJson } from '../cli.js';
import { publish, readAll } from '../kafka.js';
import { readParquetFolder } from '../parquet.js';
import { listed } from '../runs.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData } from '../target-data.js';
import { until } from '../until.js';

interface Pulse {
  readonly make: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly stories: number | bigint;
  readonly listings: number | bigint;
  readonly mean_price: number | null;
}

interface IdleSide {
  readonly topic: string;
  readonly newestEvent: string | null;
  readonly since: string;
}

interface Submitted {
  readonly run: string;
  readonly state: string;
  readonly summary: {
    readonly deadLetters: number;
    readonly droppedAsLate: number;
    readonly idleSide: IdleSide | null;
    readonly openWindows: { readonly results: number; readonly closedBy: object | null } | null;
  };
}

const MINUTE_MS = 60_000;
const windowMs = 10 * MINUTE_MS;
const delaysMs = { news: 5 * MINUTE_MS, cars: 10 * MINUTE_MS };
const project = sharedProject();
const settings = [
  ...['--set', 'news=pulse-news', '--set', 'cars=pulse-cars', '--set', 'output=pulse-out', '--name', 'pulse'],
  ...['--set', `newsWatermark=${delaysMs.news} ms`],
];
const iso = (ms: number) => new Date(ms).toISOString();

/** A story as the seeder writes it, with what the job reads. */
const story = (id: string, atMs: number, brands: readonly string[]) => ({
  key: id,
  value: JSON.stringify({ schema: 'news-story/1', id, brands, published_at_ms: atMs }),
});
/** Brands with listings, one without, several at once, none as the seeder says it, and none. */
const BRANDS = [['audi'], ['bmw', 'vw'], ['tesla'], ['other'], [], ['ford', 'tesla', 'audi']];

interface Sums {
  stories: number;
  listings: number;
  prices: number;
}

interface Expected {
  /** By key. */
  readonly pulses: ReadonlyMap<string, Omit<Pulse, 'make' | 'window_start'>>;
  /** How many results still wait for their window to close. */
  readonly open: number;
}

/** What brand-pulse must have said so far, worked out from the records of both topics. */
async function expectedPulses(): Promise<Expected> {
  const sums = new Map<string, Sums>();
  const newest = { news: 0, cars: 0 };
  const add = (make: string, atMs: number, some: Partial<Sums>) => {
    const key = `${make}/${iso(atMs - (atMs % windowMs))}`;
    const { stories, listings, prices } = sums.get(key) ?? { stories: 0, listings: 0, prices: 0 };
    const { stories: more = 0, listings: further = 0, prices: price = 0 } = some;
    sums.set(key, { stories: stories + more, listings: listings + further, prices: prices + price });
  };
  for (const { brands, published_at_ms } of await readValid<{ brands: string[]; published_at_ms: number }>('news')) {
    newest.news = Math.max(newest.news, published_at_ms);
    for (const brand of brands.filter((one) => one !== 'other')) add(brand, published_at_ms, { stories: 1 });
  }
  for (const { make, price, listed_at } of await readValid<{ make: string; price: number; listed_at: string }>(
    'cars',
  )) {
    newest.cars = Math.max(newest.cars, Date.parse(listed_at));
    add(make, Date.parse(listed_at), { listings: 1, prices: price });
  }
  const watermark = Math.min(newest.news - delaysMs.news, newest.cars - delaysMs.cars);
  const endOf = (key: string) => Date.parse(key.slice(key.indexOf('/') + 1)) + windowMs;
  const closed = [...sums].filter(([key]) => endOf(key) <= watermark);
  const pulses = closed.map(([key, { stories, listings, prices }]) => {
    const mean_price = listings === 0 ? null : prices / listings;
    return [key, { window_end: iso(endOf(key)), stories, listings, mean_price }] as const;
  });
  return { pulses: new Map(pulses), open: sums.size - closed.length };
}

async function readValid<T>(side: 'news' | 'cars'): Promise<T[]> {
  const records = await readAll(`pulse-${side}`);
  return records.flatMap(({ key, value }) => (key === 'bad' ? [] : [JSON.parse(value ?? '') as T]));
}

const keyOf = ({ make, window_start }: Pulse) => `${make}/${iso(+new Date(window_start))}`;

function expectPulses(found: readonly Pulse[], { pulses }: Expected): void {
  expect(found.map(keyOf).sort()).toEqual([...pulses.keys()].sort());
  for (const pulse of found) {
    const { mean_price, ...rest } = pulses.get(keyOf(pulse)) ?? {};
    const [stories, listings, window_end] = [pulse.stories, pulse.listings, iso(+new Date(pulse.window_end))];
    expect({ stories: Number(stories), listings: Number(listings), window_end }).toEqual(rest);
    if (typeof mean_price === 'number') expect(pulse.mean_price).toBeCloseTo(mean_price, 6);
    else expect(pulse.mean_price).toBeNull();
  }
}

const readPulses = async () => (await readAll('pulse-out')).map(({ value }) => JSON.parse(value ?? '{}') as Pulse);
const seedCars = (...flags: string[]) => cliJson(['seed', 'cars', '--topic', 'pulse-cars', ...flags], { project });

test('brand-pulse joins both topics, says which one holds the rest back and since when, and goes on once it has moved', async () => {
  await cliJson(['topic', 'create', 'pulse-news'], { project });
  await seedCars('--spread', '1h');
  const newestStoryMs = Date.now() - 25 * MINUTE_MS;
  const stories = Array.from({ length: 120 }, (_, index) =>
    story(`s${index}`, newestStoryMs - index * 30_000, BRANDS[index % BRANDS.length] ?? []),
  );
  await publish('pulse-news', [...stories, { key: 'bad', value: 'no JSON' }]);
  await publish('pulse-cars', [{ key: 'bad', value: '{"make":"audi","price":1}' }]);

  const bounded = await cliJson<Submitted>(['submit', 'brand-pulse', ...settings, '--trigger', 'available-now'], {
    project,
  });
  expect(bounded).toMatchObject({ run: 'pulse-1', state: 'succeeded', summary: { deadLetters: 2, droppedAsLate: 0 } });
  const expected = await expectedPulses();
  const some = (isFit: (pulse: { stories: unknown; listings: unknown }) => boolean) =>
    [...expected.pulses.values()].some(isFit);
  expect(some(({ stories, listings }) => stories !== 0 && listings !== 0)).toBe(true);
  expect(some(({ listings }) => listings === 0)).toBe(true);
  expect(some(({ stories: count }) => count === 0)).toBe(true);
  const results = await readPulses();
  expectPulses(results, expected);
  const schema = z.fromJSONSchema(JSON.parse(readFileSync('docs/schemas/brand-pulse-1.json', 'utf8')));
  expect(results.flatMap((pulse) => schema.safeParse(pulse).error ?? [])).toEqual([]);
  expectPulses(await readParquetFolder<Pulse>(await fetchData('out/pulse/1')), expected);
  const letters = (await readAll('pulse.dead-letters')).map(({ value }) => JSON.parse(value ?? '{}'));
  expect(letters.map(({ topic, reason }) => `${topic}: ${reason}`).sort()).toEqual([
    'pulse-cars: listed_at is missing',
    'pulse-news: the value is not the JSON that was expected',
  ]);

  const { idleSide, openWindows } = bounded.summary;
  expect(openWindows).toMatchObject({ results: expected.open });
  expect(Object.keys(openWindows?.closedBy ?? {})).toEqual(['pulse-news', 'pulse-cars']);
  expect(idleSide).toMatchObject({ topic: 'pulse-news', newestEvent: iso(newestStoryMs) });
  expect(Date.parse(idleSide?.since ?? '')).toBeGreaterThan(newestStoryMs);
  const { findings } = await cliJson<{ findings: { id: string; numbers: object }[] }>(['runs', 'explain', 'pulse-1'], {
    project,
  });
  expect(findings.find(({ id }) => id === 'side-idle')?.numbers).toMatchObject({ ...idleSide });

  await seedCars('--append');
  const live = await cliJson<Submitted>(['submit', 'brand-pulse', ...settings, '--trigger', '2 seconds'], { project });
  expect(live).toMatchObject({ run: 'pulse-2', state: 'running' });
  await listed('pulse-2', ({ figures }) => figures?.lag === 0, 300_000);
  expect((await readPulses()).length).toBe(expected.pulses.size);

  await publish('pulse-news', [story('new', Date.now(), ['audi'])]);
  const released = await expectedPulses();
  expect(released.pulses.size).toBeGreaterThan(expected.pulses.size);
  await until(async () => (await readPulses()).length >= released.pulses.size, 300_000, 1_000);
  expectPulses(await readPulses(), released);
  const shown = await cliJson<Submitted>(['runs', 'show', 'pulse-2'], { project });
  expect(shown.summary).toMatchObject({ droppedAsLate: 0, idleSide: null });
  await cliJson(['runs', 'stop', 'pulse-2'], { project });
});
