import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import type { Seeding, SeedOptions } from '../../../src/seed/engine/seeding.js';
import type { NewsStory } from '../../../src/seed/mapping/news/news-record.js';
import type { SeedPace } from '../../../src/seed/pace/pace.js';
import { seedNews } from '../../../src/seed/seed-news.js';
import { MemoryTopic } from '../../fakes/memory-topic.js';
import { temporaryFolder } from '../temporary-folder.js';
import { NOW, seedInMemory } from './seed-in-memory.js';

const root = temporaryFolder();
const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');
const HOUR = 3_600_000;
let count = 0;

/** `at` in hours; stories are acquired ten minutes after they came out. */
const story = (id: number, at: number, changes: object = {}) => ({
  id,
  title: `Audi ${id}`,
  published_datetime: new Date(Math.round(at * HOUR)).toISOString(),
  published_at: new Date(Math.round(at * HOUR) + 600_000).toISOString(),
  ...changes,
});

function fileOf(...stories: unknown[]): string {
  const path = join(root, `${++count}.ndjson`);
  writeFileSync(path, stories.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return path;
}

interface Setting extends Omit<SeedOptions, 'topic'>, SeedPace {
  readonly topic?: MemoryTopic;
  readonly newestEventMs?: number;
}

/** What a seed of files publishes, and when by the clock. */
async function publish(paths: readonly string[], { topic, newestEventMs = 0, ...setting }: Setting = {}) {
  const report = new RecordingReporter();
  const opened = seedNews.choose(paths, {}).open({ report, readBrands: async () => brands, environment: {} });
  const { speed, isShifted, spreadMs, ...options } = setting;
  const where = { root, newestEventMs, report, ...(topic ? { topic } : {}) };
  return seedInMemory(
    (await opened) as Seeding<unknown, NewsStory>,
    { ...options, pace: { speed, isShifted, spreadMs } },
    where,
  );
}

const idsOf = (sent: ReadonlyArray<{ value: NewsStory }>) => sent.map((each) => Number(each.value.source_id));

describe('stories of files', () => {
  test('come in the order of the files, an id once, and what is no story goes aside', async () => {
    const paths = [fileOf(story(1, 5), story(2, 3), story(1, 9), { id: 7 }), fileOf(story(3, 1), story(2, 4))];
    const { counts, sent, groups, rejects } = await publish(paths);
    expect(idsOf(sent)).toEqual([1, 2, 3]);
    expect(sent[0]?.value).toMatchObject({ published_at_ms: 5 * HOUR, query: null, fetched_at_ms: NOW });
    expect(counts).toEqual({ read: 6, published: 3, rejected: 1, duplicates: 2 });
    expect(groups).toEqual({ audi: 3 });
    expect(JSON.parse(readFileSync(rejects.path, 'utf8'))).toMatchObject({ reason: 'title is missing' });
  });

  test('a story that is whole further down is no duplicate of the broken one', async () => {
    const { counts } = await publish([fileOf({ id: 1 }, story(1, 2))]);
    expect(counts).toMatchObject({ published: 1, rejected: 1, duplicates: 0 });
  });

  test.each([{}, { speed: 1e9 }])(
    'go on behind what a seed that was broken off has left in the topic (%j)',
    async (how) => {
      const topic = new MemoryTopic();
      topic.append([
        { key: 'aylien:1', value: '{}' },
        { key: 'something else', value: '{}' },
      ]);
      const path = fileOf(story(1, 1), story(2, 2), story(3, 3));
      const { counts, sent } = await publish([path], { isResuming: true, ...how, topic });
      expect(idsOf(sent)).toEqual([2, 3]);
      expect(counts).toEqual({ read: 3, published: 2, rejected: 0, duplicates: 1 });
      expect((await publish([path], { ...how, topic })).counts).toMatchObject({ published: 3 });
    },
  );

  test('tell the newest event, and never one of the future', async () => {
    const paths = [fileOf(story(1, 5), story(2, NOW / HOUR + 9), { id: 3 })];
    const { ledger } = await publish(paths);
    expect(ledger.newestEventMs).toBe(NOW);
    expect((await publish([fileOf(story(1, 5), story(2, 3))])).ledger.newestEventMs).toBe(5 * HOUR);
  });

  test('--limit counts what is not a duplicate', async () => {
    const path = fileOf(story(1, 1), story(1, 1), { id: 9 }, story(2, 2), story(3, 3));
    const { counts, sent } = await publish([path], { limit: 3 });
    expect(idsOf(sent)).toEqual([1, 2]);
    expect(counts).toEqual({ read: 4, published: 2, rejected: 1, duplicates: 1 });
  });

  test('are recorded as they came, without duplicates', async () => {
    const path = join(root, 'recorded.ndjson');
    const read = fileOf(story(1, 5), { id: 7, more: [1] }, story(1, 5));
    await publish([read], { isShifted: true, recordPath: path });
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([story(1, 5), { id: 7, more: [1] }]);
  });
});

describe('--shift-to-now', () => {
  test('moves all times of all stories by the same amount, so that the newest event is now', async () => {
    const paths = [fileOf(story(1, 5), story(2, 9)), fileOf(story(3, 2), { id: 4 })];
    const { sent } = await publish(paths, { isShifted: true });
    const times = sent.map(({ value: { published_at_ms, acquired_at_ms } }) => [published_at_ms, acquired_at_ms]);
    expect(times).toEqual([-4, 0, -7].map((hours) => [NOW + hours * HOUR, NOW + hours * HOUR + 600_000]));
    for (const { value: each } of sent) {
      expect(Date.parse(each.published_at)).toBe(each.published_at_ms);
      expect(Date.parse(each.acquired_at)).toBe(each.acquired_at_ms);
    }
  });

  test('goes by those that --limit lets through', async () => {
    const { sent } = await publish([fileOf(story(1, 5), story(2, 9))], { isShifted: true, limit: 1 });
    expect(sent.map((each) => each.value.published_at_ms)).toEqual([NOW]);
  });

  test('goes by those that the topic does not hold yet', async () => {
    const topic = new MemoryTopic();
    topic.append([{ key: 'aylien:1', value: '{}' }]);
    const path = fileOf(story(1, 5), story(2, 7), story(3, 9));
    const { sent } = await publish([path], { isShifted: true, isResuming: true, limit: 1, topic });
    expect(sent.map((each) => [each.value.source_id, each.value.published_at_ms])).toEqual([['2', NOW]]);
  });

  test('brings stories of the future back to the present', async () => {
    const { sent } = await publish([fileOf(story(1, NOW / HOUR + 50))], { isShifted: true });
    expect(sent[0]?.value.published_at_ms).toBe(NOW);
  });
});

describe('--speed', () => {
  const paths = () => [fileOf(story(1, 6), story(2, 1)), fileOf(story(3, 3), story(4, 3), { id: 5 })];

  test.each([60, 1, 0.5])('at %dx publishes in the order of the events, at their distances', async (speed) => {
    const { counts, sent, progress } = await publish(paths(), { speed });
    expect(idsOf(sent)).toEqual([2, 3, 4, 1]);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 2, 2, 5].map((hours) => NOW + (hours * HOUR) / speed));
    expect(sent[0]?.value.published_at_ms).toBe(HOUR);
    expect(counts).toMatchObject({ read: 5, published: 4, rejected: 1 });
    expect(progress).toMatchObject({ done: 4, total: 4 });
  });

  test.each([60, 1, 0.5])('at %dx with --shift-to-now no event is published before it happened', async (speed) => {
    const { sent } = await publish(paths(), { speed, isShifted: true });
    const aheadMs = sent.map(({ atMs, value: { published_at_ms } }) => published_at_ms - atMs);
    expect(Math.max(...aheadMs)).toBe(0);
    expect((sent.at(-1)?.value.published_at_ms ?? 0) - (sent[0]?.value.published_at_ms ?? 0)).toBe(5 * HOUR);
  });

  test('a thousand events in a second go out in lumps, none of them too early', async () => {
    const stories = Array.from({ length: 1_000 }, (_, id) => story(id + 1, 1 + id / HOUR));
    const { sent } = await publish([fileOf(...stories)], { speed: 1 });
    expect(idsOf(sent)).toEqual(stories.map(({ id }) => id));
    const lateMs = sent.map(({ atMs }, at) => atMs - NOW - at);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(50);
    expect(new Set(sent.map(({ atMs }) => atMs)).size).toBeLessThan(25);
  });

  test('has nothing to do where there is no story', async () => {
    expect((await publish([fileOf({ id: 1 }, { id: 2 })], { speed: 60 })).counts).toMatchObject({
      published: 0,
      rejected: 2,
    });
  });
});

describe('--spread', () => {
  test('gives stories times spread evenly before now, in the order of the files', async () => {
    const paths = [fileOf(story(1, 9), story(2, 5)), fileOf(story(3, 1), story(1, 9), { id: 4 }, story(5, 2))];
    const { sent, ledger, report } = await publish(paths, { spreadMs: 6 * HOUR });
    expect(idsOf(sent)).toEqual([1, 2, 3, 5]);
    // Six items, of which one is a duplicate and one is rejected.
    const hours = sent.map(({ value: { published_at_ms } }) => (published_at_ms - NOW) / HOUR);
    expect(hours).toEqual([-5, -4, -3, 0]);
    for (const { value } of sent) {
      expect(value.acquired_at_ms - value.published_at_ms).toBe(600_000);
      expect(Date.parse(value.published_at)).toBe(value.published_at_ms);
    }
    expect(ledger.newestEventMs).toBe(NOW);
    expect(report.warnings).toEqual([]);
  });

  test('never goes behind the newest of the topic, and says so', async () => {
    const { sent, report } = await publish([fileOf(story(1, 9), story(2, 5))], {
      spreadMs: 6 * HOUR,
      newestEventMs: NOW - HOUR,
    });
    expect(sent.map(({ value }) => value.published_at_ms)).toEqual([NOW - HOUR / 2, NOW]);
    expect(report.warnings).toEqual([
      'spread over 60 m 0 s only: the newest story of news is that young, and no other gets an earlier time; a new topic has room for the whole span',
    ]);
  });
});

describe('stories that are much older than the newest of the topic', () => {
  const path = () => fileOf(story(1, 5), story(2, 9));
  const setting = { newestEventMs: 9 * HOUR };

  test('are warned of, with the way out', async () => {
    const { report } = await publish([path()], setting);
    expect(report.warnings).toEqual([expect.stringContaining('--shift-to-now')]);
    expect(report.warnings[0]).toContain(
      '1970-01-01 05:00 UTC are more than 2 hours older than the newest of the topic, 1970-01-01 09:00 UTC',
    );
  });

  test('are not, once they are moved', async () => {
    expect((await publish([path()], { isShifted: true, ...setting })).report.warnings).toEqual([]);
  });

  test.each([
    ['a file newest first', () => [fileOf(story(1, 9), story(2, 8), story(3, 6))]],
    ['a newer file before an older one', () => [fileOf(story(1, 9)), fileOf(story(2, 5))]],
  ])('are warned of where the newer one comes with the same seed: %s', async (_, paths) => {
    const { report } = await publish(paths());
    expect(report.warnings).toEqual([expect.stringContaining('newest of the topic, 1970-01-01 09:00 UTC')]);
    expect(report.warnings[0]).toContain('--speed publishes stories in the order of their events');
    expect((await publish(paths(), { speed: 1e9 })).report.warnings).toEqual([]);
  });

  test('are none where files go on in order, nor where one would not be published', async () => {
    expect((await publish([fileOf(story(1, 1), story(2, 9)), fileOf(story(3, 8))])).report.warnings).toEqual([]);
    const tooLarge = story(1, 9, { body: 'a'.repeat(2_000_000) });
    const { report, counts } = await publish([fileOf(tooLarge, story(2, 5))]);
    expect(counts).toMatchObject({ rejected: 1 });
    expect(report.warnings).toEqual([]);
  });
});
