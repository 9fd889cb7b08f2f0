import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cliJson } from '../cli.js';
import { bootstrapServers, publish, readLatest } from '../kafka.js';
import { runInOneApplication } from '../one-application.js';
import { readParquetFolder } from '../parquet.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData } from '../target-data.js';
import { expectWindows, type Kind, type Story, type WindowResult } from '../window-oracle.js';

const project = sharedProject();
const TOPIC = 'every-kind';
const DELAY_MS = 5_000;
/** Long past, so that a story from the future closes all windows before it. */
const BEGIN = Date.now() - 2 * 86_400_000;

interface Case {
  /** Of the run and its topics: no other test on the same cluster may have it, since a checkpoint stays. */
  readonly name: string;
  readonly kind: Kind;
  readonly settings: readonly string[];
  readonly alert?: number;
  readonly closesWindows?: true;
  /**
   * The first part's run is killed in its batch, and the second closes the windows. Nothing may be late for it: markers of the
   * batch that is read again come before records that were not read yet. Only the topic is looked at.
   */
  readonly isInterrupted?: true;
  /** Each part's driver is killed after its last batch: the next one knows of it what Spark has logged. */
  readonly isLeft?: true;
}

const tumbling = (windowMs: number): Kind => ({ windowMs, slideMs: windowMs });

const cases: readonly Case[] = [
  { name: 'kind-1-ms', kind: tumbling(1), settings: ['window=1 millisecond'] },
  { name: 'kind-500-ms', kind: tumbling(500), settings: ['window=500ms', 'alert=4'], alert: 4 },
  { name: 'kind-sliding', kind: { windowMs: 2_000, slideMs: 750 }, settings: ['window=2s', 'slide=750ms'] },
  { name: 'kind-sessions', kind: { gapMs: 300 }, settings: ['session=300ms', 'alert=6'], alert: 6 },
  {
    name: 'kind-closed',
    kind: tumbling(1_000),
    settings: ['window=1s', 'outputMode=append', 'closeWindows=true'],
    closesWindows: true,
  },
  {
    name: 'kind-closed-sessions',
    kind: { gapMs: 300 },
    settings: ['session=300ms', 'closeWindows=true'],
    closesWindows: true,
  },
  { name: 'kind-left', kind: tumbling(2_000), settings: ['window=2s'], isLeft: true },
  { name: 'kind-killed', kind: tumbling(1_000), settings: ['window=1s', 'closeWindows=true'], isInterrupted: true },
];

/** The same numbers in every run: a failure can be looked at again. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function makeStories(count: number, spanMs: number, seed: number): Story[] {
  const random = numbers(seed);
  const pick = <T>(...from: readonly T[]) => from[Math.floor(random.next().value * from.length)] as T;
  const polarity = () => pick('positive', 'neutral', 'negative', 'negative', null);
  return Array.from({ length: count }, () => ({
    brands: pick<string[]>(['audi'], ['bmw'], ['audi', 'bmw'], []),
    brand_matches: [
      { brand: 'audi', polarity: polarity() },
      { brand: 'bmw', polarity: null },
    ],
    body_polarity: polarity(),
    title_polarity: polarity(),
    publisher_domain: pick('a.example.org', 'b.example.org', 'c.example.org', 'd.example.net', 'ä.example.org', null),
    published_at_ms: BEGIN + Math.floor(random.next().value * spanMs),
  }));
}

const story = (brand: string, published_at_ms: number): Story => ({
  brands: [brand],
  brand_matches: [],
  body_polarity: null,
  title_polarity: 'positive',
  publisher_domain: null,
  published_at_ms,
});

/** One gap apart to the millisecond, and one millisecond more. */
const edges = [0, 300, 601].map((ms) => story('skoda', BEGIN + 29_000 + ms));
const first = [...makeStories(400, 30_000, 1), ...edges, story('vw', BEGIN + 30_000)];
const second = makeStories(200, 40_000, 2);
/** It counts as now, when it is read. */
const fromFuture = story('toyota', Date.now() + 3_600_000);
const newestMs = BEGIN + 30_000;

interface Outcome {
  readonly name: string;
  readonly late: number;
  readonly watermark: string;
}

type Row = WindowResult & { readonly brand: string; readonly window_start: string };
type ParquetRow = { [Field in keyof Row]: unknown };

let outcomes: { readonly first: readonly Outcome[]; readonly second: readonly Outcome[] };
let began: number;

beforeAll(async () => {
  await cliJson(['topic', 'create', TOPIC], { project });
  for (const { name, alert } of cases) {
    await cliJson(['topic', 'create', name], { project });
    if (alert) await cliJson(['topic', 'create', `${name}-alerts`], { project });
  }
  await publish(TOPIC, first.map(toRecord));
  began = Date.now();
  outcomes = await runOnSpark();
});

function toRecord(value: Story, index: number) {
  return { key: `s${index}`, value: JSON.stringify(value) };
}

/** One application for all: the scripts as a submit would render them, only in one process. */
async function runOnSpark() {
  const folder = await mkdtemp(join(tmpdir(), 'kinds-'));
  const [table, results] = [join(folder, 'table.json'), join(folder, 'results.json')];
  const kinds = [];
  const usual = { isInterrupted: false, isLeft: false };
  for (const one of cases) kinds.push({ ...usual, ...one, ...(await render(one)) });
  await writeFile(table, JSON.stringify({ topic: TOPIC, kinds, later: [...second, fromFuture].map(toRecord) }));
  await runInOneApplication('every_kind_of_window.py', [await bootstrapServers(), table, results]);
  const told = JSON.parse(await readFile(results, 'utf8')) as typeof outcomes;
  await rm(folder, { recursive: true });
  return told;
}

async function render({ name, settings }: Case) {
  const set = [`input=${TOPIC}`, `output=${name}`, `alerts=${name}-alerts`, `watermark=${DELAY_MS}ms`, ...settings];
  const flags = ['--name', name, '--trigger', 'available-now', ...set.flatMap((one) => ['--set', one])];
  const { script } = await cliJson<{ script: string }>(['render', 'windowed-news', ...flags], { project });
  return { script };
}

/** Where the watermark stands behind the first part. */
function watermarkOf({ kind, closesWindows }: Case): number {
  if (!closesWindows) return newestMs - DELAY_MS;
  return newestMs + ('gapMs' in kind ? kind.gapMs : kind.windowMs);
}

const expectedOf = (one: Case) =>
  expectWindows(one.kind, first, second, one.isInterrupted ? Number.NEGATIVE_INFINITY : watermarkOf(one));
const outcomeOf = (part: keyof typeof outcomes, name: string) =>
  outcomes[part].find((outcome) => outcome.name === name);

async function topicRows(topic: string): Promise<Map<string, WindowResult>> {
  const rows = await readLatest<Row & { schema: string; threshold?: number }>(topic);
  return new Map([...rows].map(([key, { schema, brand, window_start, threshold, ...result }]) => [key, result]));
}

async function parquetRows(name: string): Promise<Array<readonly [string, WindowResult]>> {
  const rows = await readParquetFolder<ParquetRow>(await fetchData(`out/${name}/1`));
  const plain = rows.map(
    (row) => JSON.parse(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? Number(value) : value))) as Row,
  );
  return plain.map(({ brand, window_start, ...result }) => [`${brand}/${window_start}`, result] as const);
}

const isToyota = (key: string) => key.startsWith('toyota/');
const without = <T>(entries: Iterable<readonly [string, T]>) =>
  Object.fromEntries([...entries].filter(([key]) => !isToyota(key)));

describe.each(cases)('$name', (one) => {
  const { name, closesWindows, isInterrupted, alert } = one;

  test('the newest result of each window on the topic is what the stories come to', async () => {
    const expected = expectedOf(one);
    expect(expected.lateStories > 0).toBe(!isInterrupted);
    const rows = await topicRows(name);
    expect(without(rows)).toEqual(without(expected.windows));
    const isStillOpen = 'gapMs' in one.kind && !closesWindows;
    expect([...rows.keys()].some(isToyota)).toBe(!isStillOpen);
  });

  if (!isInterrupted)
    test('parquet has every closed window once', async () => {
      const rows = await parquetRows(name);
      expect(rows).toHaveLength(new Set(rows.map(([key]) => key)).size);
      expect(without(rows)).toEqual(without(expectedOf(one).windows));
      expect(rows.filter(([key]) => isToyota(key))).toHaveLength(closesWindows ? 1 : 0);
    });

  test('the watermark stands where the newest story puts it, and late stories are counted as documented', () => {
    const { lateStories, lateKeys } = expectedOf(one);
    const watermark = outcomeOf('first', name)?.watermark;
    expect(watermark).toBe(new Date(watermarkOf(one)).toISOString());
    expect(outcomeOf('second', name)?.late).toBe('gapMs' in one.kind ? lateStories : lateKeys);
  });

  if (alert)
    test(`windows of ${alert} stories or more, and no others, are on the topic of alerts`, async () => {
      const crossed = [...expectedOf(one).windows].filter(([, { stories }]) => stories >= alert);
      expect(crossed.length).toBeGreaterThan(0);
      expect(Object.fromEntries(await topicRows(`${name}-alerts`))).toEqual(Object.fromEntries(crossed));
    });
});

test('a story from the future counts in the window of the present, and each story in one tumbling window per brand', async () => {
  const rows = await topicRows('kind-500-ms');
  const [[key = '', toyota] = []] = [...rows].filter(([at]) => isToyota(at));
  expect(toyota?.stories).toBe(1);
  expect(Date.parse(key.split('/')[1] ?? '')).toBeGreaterThanOrEqual(began - 500);
  expect(Date.parse(toyota?.window_end ?? '')).toBeLessThan(Date.now() + 500);
});

test.each([
  ['windowed-news-1', 'kind-sessions'],
  ['windowed-news-alert-1', 'kind-500-ms-alerts'],
])('the schema %s describes what lies in the topic %s', async (name, topic) => {
  const schema = z.fromJSONSchema(JSON.parse(await readFile(`docs/schemas/${name}.json`, 'utf8')));
  const values = [...(await readLatest<{ threshold?: number }>(topic)).values()];
  expect(values.length).toBeGreaterThan(0);
  for (const value of values) expect(schema.safeParse(value)).toMatchObject({ success: true });
  if (topic.endsWith('alerts')) expect(new Set(values.map(({ threshold }) => threshold))).toEqual(new Set([4]));
});
