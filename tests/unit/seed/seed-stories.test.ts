import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Broker } from '../../../src/kafka/broker.js';
import { findProject } from '../../../src/project/project-folder.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import type { NewsStory } from '../../../src/seed/mapping/news/news-record.js';
import { NewsPlan, type NewsPlanOptions } from '../../../src/seed/pace/replay.js';
import { noCounts, publishRecords } from '../../../src/seed/publish-records.js';
import { RecordFile } from '../../../src/seed/record-file.js';
import { RejectsFile } from '../../../src/seed/rejects-file.js';
import { SeedTally } from '../../../src/seed/seed-tally.js';
import { PassingClock } from '../../fakes/memory-feed.js';
import { MemoryPublisher } from '../../fakes/memory-publisher.js';
import { MemoryTopic } from '../../fakes/memory-topic.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
const project = findProject(root, '.');
const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');
const NOW = Date.parse('2026-11-24T10:00:00Z');
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

interface Setting {
  readonly topic?: MemoryTopic;
  readonly newestEventMs?: number;
  readonly record?: RecordFile;
}

/** What a plan publishes, and when by the clock. */
async function publish(paths: readonly string[], options: Partial<NewsPlanOptions> = {}, setting: Setting = {}) {
  const { newestEventMs = 0, record, topic = new MemoryTopic() } = setting;
  const [clock, report, counts] = [new PassingClock(NOW), new RecordingReporter(), noCounts()];
  const plan = new NewsPlan(
    { paths, sourcePrefix: '', ...options },
    { brands, report, clock, record, readerOf: () => topic.reader() },
  );
  const sent: { atMs: number; story: NewsStory }[] = [];
  const publisher = new MemoryPublisher();
  const { signal } = new AbortController();
  const rejects = RejectsFile.in(project, 'news', new Date(++count));
  const start = { broker: {} as Broker, place: { project, clusterId: 'one' }, topic: topic.describe() };
  const tally = new SeedTally({ sources: {}, endOffsets: 0, newestEventMs });
  const items = tally.watch(plan.items({ ...start, newestEventMs, signal, saveLedger: async () => undefined }));
  const publishing = {
    close: publisher.close,
    publish: async (batch: Parameters<typeof publisher.publish>[0]) => {
      for (const { value } of batch) sent.push({ atMs: clock.now(), story: JSON.parse(value) });
      return publisher.publish(batch);
    },
  };
  const onProgress = () => undefined;
  await publishRecords(items, counts, { publisher: publishing, rejects, ratePerSecond: undefined, signal, onProgress });
  await rejects.close();
  return {
    ledger: tally.ended(0),
    counts,
    sent,
    report,
    rejects,
    byBrand: plan.countsByBrand(),
    progress: plan.describeProgress(counts),
  };
}

const idsOf = (sent: ReadonlyArray<{ story: NewsStory }>) => sent.map((each) => Number(each.story.source_id));

describe('stories of files', () => {
  test('come in the order of the files, an id once, and what is no story goes aside', async () => {
    const paths = [fileOf(story(1, 5), story(2, 3), story(1, 9), { id: 7 }), fileOf(story(3, 1), story(2, 4))];
    const { counts, sent, byBrand, rejects } = await publish(paths);
    expect(idsOf(sent)).toEqual([1, 2, 3]);
    expect(sent[0]?.story).toMatchObject({ published_at_ms: 5 * HOUR, query: null, fetched_at_ms: NOW });
    expect(counts).toEqual({ read: 6, published: 3, rejected: 1, duplicates: 2 });
    expect(byBrand).toEqual({ audi: 3 });
    expect(JSON.parse(readFileSync(rejects.path, 'utf8'))).toMatchObject({ reason: 'title is missing' });
  });

  test('a story that is mended further down is no duplicate of the broken one', async () => {
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
      const { counts, sent } = await publish([path], { isResuming: true, ...how }, { topic });
      expect(idsOf(sent)).toEqual([2, 3]);
      expect(counts).toEqual({ read: 3, published: 2, rejected: 0, duplicates: 1 });
      expect((await publish([path], how, { topic })).counts).toMatchObject({ published: 3 });
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
    const record = await RecordFile.open(path);
    await publish([fileOf(story(1, 5), { id: 7, more: [1] }, story(1, 5))], { isShifted: true }, { record });
    await record.close();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([story(1, 5), { id: 7, more: [1] }]);
  });
});

describe('--shift-to-now', () => {
  test('moves all times of all stories by the same amount, so that the newest event is now', async () => {
    const paths = [fileOf(story(1, 5), story(2, 9)), fileOf(story(3, 2), { id: 4 })];
    const { sent } = await publish(paths, { isShifted: true });
    const times = sent.map(({ story: { published_at_ms, acquired_at_ms } }) => [published_at_ms, acquired_at_ms]);
    expect(times).toEqual([-4, 0, -7].map((hours) => [NOW + hours * HOUR, NOW + hours * HOUR + 600_000]));
    for (const { story: each } of sent) {
      expect(Date.parse(each.published_at)).toBe(each.published_at_ms);
      expect(Date.parse(each.acquired_at)).toBe(each.acquired_at_ms);
    }
  });

  test('goes by those that --limit lets through', async () => {
    const { sent } = await publish([fileOf(story(1, 5), story(2, 9))], { isShifted: true, limit: 1 });
    expect(sent.map((each) => each.story.published_at_ms)).toEqual([NOW]);
  });

  test('goes by those that the topic does not hold yet', async () => {
    const topic = new MemoryTopic();
    topic.append([{ key: 'aylien:1', value: '{}' }]);
    const path = fileOf(story(1, 5), story(2, 7), story(3, 9));
    const { sent } = await publish([path], { isShifted: true, isResuming: true, limit: 1 }, { topic });
    expect(sent.map((each) => [each.story.source_id, each.story.published_at_ms])).toEqual([['2', NOW]]);
  });

  test('brings stories of the future back to the present', async () => {
    const { sent } = await publish([fileOf(story(1, NOW / HOUR + 50))], { isShifted: true });
    expect(sent[0]?.story.published_at_ms).toBe(NOW);
  });
});

describe('--speed', () => {
  const paths = () => [fileOf(story(1, 6), story(2, 1)), fileOf(story(3, 3), story(4, 3), { id: 5 })];

  test.each([60, 1, 0.5])('at %dx publishes in the order of the events, at their distances', async (speed) => {
    const { counts, sent, progress } = await publish(paths(), { speed });
    expect(idsOf(sent)).toEqual([2, 3, 4, 1]);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 2, 2, 5].map((hours) => NOW + (hours * HOUR) / speed));
    expect(sent[0]?.story.published_at_ms).toBe(HOUR);
    expect(counts).toMatchObject({ read: 5, published: 4, rejected: 1 });
    expect(progress).toMatchObject({ done: 4, total: 4 });
  });

  test.each([60, 1, 0.5])('at %dx with --shift-to-now no event is published before it happened', async (speed) => {
    const { sent } = await publish(paths(), { speed, isShifted: true });
    const aheadMs = sent.map(({ atMs, story: { published_at_ms } }) => published_at_ms - atMs);
    expect(Math.max(...aheadMs)).toBe(0);
    expect((sent.at(-1)?.story.published_at_ms ?? 0) - (sent[0]?.story.published_at_ms ?? 0)).toBe(5 * HOUR);
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

describe('stories that are much older than the newest of the topic', () => {
  const path = () => fileOf(story(1, 5), story(2, 9));
  const setting = { newestEventMs: 9 * HOUR };

  test('are warned of, with the way out', async () => {
    const { report } = await publish([path()], {}, setting);
    expect(report.warnings).toEqual([expect.stringContaining('--shift-to-now')]);
    expect(report.warnings[0]).toContain(
      '1970-01-01 05:00 UTC lie more than 2 hours behind the newest of the topic, 1970-01-01 09:00 UTC',
    );
  });

  test('are not, once they are moved', async () => {
    expect((await publish([path()], { isShifted: true }, setting)).report.warnings).toEqual([]);
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
