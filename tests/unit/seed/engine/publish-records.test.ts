import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProject } from '../../../../src/project/project-folder.js';
import { FLUSH, publishRecords, type SeedItem } from '../../../../src/seed/engine/publish-records.js';
import { RejectsFile } from '../../../../src/seed/engine/rejects-file.js';
import { noCounts } from '../../../../src/seed/engine/seed-totals.js';
import type { SeedCounts } from '../../../../src/seed/source/source.js';
import { MemoryPublisher } from '../../../fakes/memory-publisher.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const project = findProject(temporaryFolder(), '.');
const never = new AbortController().signal;

type OneOrFlush = Iterable<SeedItem> | typeof FLUSH;

const record = (number: number): SeedItem => ({ record: { key: `cars/${number}`, value: '{}' } });
const reject = (number: number): SeedItem => ({
  reject: { position: `cars.csv:${number}`, reason: 'the row is blank', input: [] },
});

async function* itemsOf(count: number, onItem: (number: number) => void = () => {}): AsyncGenerator<OneOrFlush> {
  for (let number = 1; number <= count; number++) {
    onItem(number);
    yield [number % 10 === 0 ? reject(number) : record(number)];
  }
}

interface Setting {
  readonly publisher?: MemoryPublisher;
  readonly ratePerSecond?: number;
  readonly signal?: AbortSignal;
}

let stamp = 0;
/** Publishes and gives what came of it, whether it succeeded or not. */
async function publish(
  items: AsyncIterable<OneOrFlush>,
  { publisher = new MemoryPublisher(), ratePerSecond, signal = never }: Setting = {},
) {
  const counts = noCounts();
  const rejects = RejectsFile.in(project, 'cars', new Date(++stamp));
  const progress: number[] = [];
  const onProgress = ({ published }: SeedCounts) => progress.push(published);
  const done = publishRecords(items, counts, { publisher, rejects, ratePerSecond, signal, onProgress });
  const failure = await done.then(
    () => undefined,
    (error: unknown) => error,
  );
  await rejects.close();
  return { counts, publisher, progress, rejects, failure };
}

describe('publishRecords', () => {
  test('publishes all records in order, in batches of at most 2,000, and keeps the others aside', async () => {
    const { counts, publisher, progress, rejects, failure } = await publish(itemsOf(5_000));
    expect(failure).toBeUndefined();
    expect(counts).toEqual({ read: 5_000, published: 4_500, rejected: 500, duplicates: 0 });
    expect(publisher.batches.map((batch) => batch.length)).toEqual([2_000, 2_000, 500]);
    expect(publisher.keys.slice(0, 3)).toEqual(['cars/1', 'cars/2', 'cars/3']);
    expect(new Set(publisher.keys).size).toBe(4_500);
    expect(progress).toEqual([2_000, 4_000, 4_500]);
    expect(rejects.count).toBe(500);
  });

  test.each([
    ['letters', 'a'],
    ['letters of two bytes', '\u0160'],
    ['letters of three bytes', '\u8eca'],
  ])('closes a batch before it outgrows what the broker takes at once, in %s', async (_, letter) => {
    const value = letter.repeat(6_000);
    async function* items() {
      for (let number = 1; number <= 1_000; number++) yield [{ record: { key: `news/${number}`, value } }];
    }
    const { counts, publisher } = await publish(items());
    expect(counts).toEqual({ read: 1_000, published: 1_000, rejected: 0, duplicates: 0 });
    const sizes = publisher.batches.map((batch) => batch.length * Buffer.byteLength(value));
    expect(Math.max(...sizes)).toBeLessThan(900_000);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(850_000);
  });

  test('gives a record that is nearly too large a batch of its own', async () => {
    const sizes = [10, 990_000, 10, 10];
    async function* items() {
      for (const [at, size] of sizes.entries()) yield [{ record: { key: String(at), value: 'a'.repeat(size) } }];
    }
    const { publisher } = await publish(items());
    expect(publisher.batches.map((batch) => batch.length)).toEqual([1, 1, 2]);
    expect(publisher.keys).toEqual(['0', '1', '2', '3']);
  });

  test.each([0, 10])('publishes nothing of %d items that hold no record', async (count) => {
    async function* items() {
      for (let number = 0; number < count; number++) yield [reject(number)];
    }
    const { counts, publisher, failure } = await publish(items());
    expect(failure).toBeUndefined();
    expect(counts).toEqual({ read: count, published: 0, rejected: count, duplicates: 0 });
    expect(publisher.batches).toEqual([]);
  });

  test.each([
    [100, 5],
    [4_000, 200],
    [1, 1],
    [1_000_000, 2_000],
  ])('at %d records per second, sends batches of %d', async (ratePerSecond, size) => {
    const publisher = new MemoryPublisher();
    const controller = new AbortController();
    const items = itemsOf(10_000, () => {
      if (publisher.batches.length > 0) controller.abort();
    });
    await publish(items, { publisher, ratePerSecond, signal: controller.signal });
    expect(publisher.batches[0]).toHaveLength(size);
  });

  test('keeps the rate: what goes out takes no less time than it should', async () => {
    const startedAt = performance.now();
    const { counts } = await publish(itemsOf(100), { ratePerSecond: 200 });
    expect(counts).toMatchObject({ read: 100, published: 90 });
    // Nine batches of ten; the first goes out at once, the ninth 0.4 s later.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(390);
  });

  test('keeps the rate also after a while in which nothing came', async () => {
    const sentAt: number[] = [];
    const publisher = new MemoryPublisher(async () => void sentAt.push(performance.now()));
    async function* items(): AsyncGenerator<OneOrFlush> {
      for (let burst = 0; burst < 2; burst++) {
        yield* itemsOf(9);
        yield FLUSH;
        if (burst === 0) await sleep(1_000);
      }
    }
    await publish(items(), { publisher, ratePerSecond: 10 });
    // Eighteen records, each a batch of its own. The tenth comes after the pause, and the last one eight tenths of a second
    // after it, of which a quarter may be made up for.
    expect(sentAt).toHaveLength(18);
    expect((sentAt[17] ?? 0) - (sentAt[9] ?? 0)).toBeGreaterThanOrEqual(500);
  });

  test('an abort stops it, and the counts stay true', async () => {
    const controller = new AbortController();
    const items = itemsOf(100_000, (number) => {
      if (number === 5_000) controller.abort(new Error('enough'));
    });
    const { counts, publisher, failure } = await publish(items, { signal: controller.signal });
    expect(failure).toMatchObject({ message: 'enough' });
    expect(counts).toEqual({ read: 5_000, published: 4_000, rejected: 500, duplicates: 0 });
    expect(publisher.keys).toHaveLength(4_000);
  });

  test('an abort does not wait for a slow rate', async () => {
    const controller = new AbortController();
    const publisher = new MemoryPublisher(async () => controller.abort(new Error('enough')));
    const startedAt = performance.now();
    const { counts, failure } = await publish(itemsOf(100), {
      publisher,
      ratePerSecond: 0.01,
      signal: controller.signal,
    });
    expect(failure).toMatchObject({ message: 'enough' });
    expect(counts.published).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test.each([
    ['the first batch', 1, 0],
    ['a later batch', 2, 2_000],
    ['the last batch', 3, 4_000],
  ])('throws what the broker said to %s, and counts only what it acknowledged', async (_, failing, published) => {
    const publisher = new MemoryPublisher(async (batch) => {
      if (batch === failing) throw new Error('disk full');
    });
    const { counts, failure } = await publish(itemsOf(5_000), { publisher });
    expect(failure).toMatchObject({ message: 'disk full' });
    expect(counts.published).toBe(published);
    expect(publisher.keys).toHaveLength(published);
  });

  test('throws what the source said, after what was under way has arrived', async () => {
    const items = itemsOf(5_000, (number) => {
      if (number === 3_000) throw new Error('line 3000 is not CSV');
    });
    const { counts, failure } = await publish(items);
    expect(failure).toMatchObject({ message: 'line 3000 is not CSV' });
    expect(counts.published).toBe(2_000);
  });

  test('a flush publishes what came so far, and asks for more only once that is acknowledged', async () => {
    const publisher = new MemoryPublisher(() => new Promise(setImmediate));
    const seen: string[][] = [];
    async function* items(): AsyncGenerator<OneOrFlush> {
      yield [record(1), { duplicate: 'cars/1' }];
      yield FLUSH;
      seen.push(publisher.keys);
      yield FLUSH;
      yield [record(2)];
    }
    const { counts, failure } = await publish(items(), { publisher });
    expect(failure).toBeUndefined();
    expect(seen).toEqual([['cars/1']]);
    expect(publisher.batches.map((batch) => batch.length)).toEqual([1, 1]);
    expect(counts).toEqual({ read: 3, published: 2, rejected: 0, duplicates: 1 });
  });

  test('a source that is flushed does not go on when the broker has refused, nor after an abort', async () => {
    let isAsked = false;
    async function* items(): AsyncGenerator<OneOrFlush> {
      yield [record(1)];
      yield FLUSH;
      isAsked = true;
    }
    const refusing = new MemoryPublisher(async () => {
      throw new Error('disk full');
    });
    expect((await publish(items(), { publisher: refusing })).failure).toMatchObject({ message: 'disk full' });
    const aborted = await publish(items(), { signal: AbortSignal.abort(new Error('enough')) });
    expect(aborted.failure).toMatchObject({ message: 'enough' });
    expect(aborted.publisher.keys).toEqual([]);
    expect(isAsked).toBe(false);
  });

  test('reads the next batch while one is on its way', async () => {
    let read = 0;
    let readMeanwhile = 0;
    const publisher = new MemoryPublisher(async (batch) => {
      while (batch === 1 && read < 3_000) await new Promise(setImmediate);
      readMeanwhile ||= read;
    });
    const items = itemsOf(5_000, (number) => {
      read = number;
    });
    expect((await publish(items, { publisher })).failure).toBeUndefined();
    expect(readMeanwhile).toBeGreaterThanOrEqual(3_000);
  });
});

describe('RejectsFile', () => {
  const now = new Date('2026-11-24T10:11:12.345Z');

  test('keeps each reject on a line of its own, and is not made without one', async () => {
    const rejects = RejectsFile.in(project, 'news', now);
    expect(rejects.path).toMatch(/\.millrace\/rejects\/news-2026-11-24T101112345Z\.ndjson$/);
    await rejects.close();
    expect(() => readFileSync(rejects.path)).toThrow('ENOENT');
    const found = [
      { position: 'cars.csv:2', reason: 'price is "a\nb", not a number', input: ['a\nb', 'Škoda'] },
      { position: 'news.json:3', reason: 'no id', input: { body: '\u2028' } },
    ];
    for (const each of found) await rejects.add(each);
    await rejects.close();
    const lines = readFileSync(rejects.path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(found);
    expect(rejects.count).toBe(2);
  });

  test('a file that cannot be written fails the seed, and not the whole process', async () => {
    const rejects = RejectsFile.in(project, 'blocked', now);
    mkdirSync(rejects.path, { recursive: true });
    expect(await failureOf(rejects.add({ position: 'x', reason: 'x', input: 'x' }))).toMatchObject({ code: 'EISDIR' });
  });
});
