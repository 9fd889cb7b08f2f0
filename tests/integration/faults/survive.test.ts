import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../../src/news-emulator/server.js';
import { sendSignal } from '../../../src/targets/send-signal.js';
import { type FaultyNewsApi, startFaultyNewsApi } from '../../fakes/faulty-news-api.js';
import type { Fault } from '../../fakes/news-faults.js';
import { cliJson } from '../cli.js';
import { carsFile } from '../data.js';
import { publish, readAll, readLatest } from '../kafka.js';
import { readParquetFolder } from '../parquet.js';
import { findRun, listed } from '../runs.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData, pathForJobs } from '../target-data.js';
import { until } from '../until.js';
import { heal, inBatch, pidOfService, pidsOfExecutors, pidsOfRun } from './injuries.js';
import { type KeptRunning, keepRunning } from './kept-running.js';

/**
 * Two streams that go on while their cluster is hurt in every place, one of them over the news that are followed through an API that
 * fails now and then. At the end their results must be those of the records: parquet exactly, and the topic once only the newest value
 * of each key counts.
 */
const project = sharedProject();
const WINDOW_MS = 10_000;
const BACK_WITHIN_MS = 420_000;
const cars = 'hurt-cars-1';
const news = 'hurt-news-1';
const YEAR_9999_MS = 253_402_214_400_000;
const LISTINGS_PER_SECOND = 6;
/** Longer than all the tests take on a slow machine. */
const SEEDS_FOR_MS = 3 * 3_600_000;
/** Four fifths are there at the start, the others come for an hour; a fifth of all is about the two brands. */
const STORIES = { stories: 15_000, seed: 4, releasePerSecond: 8, port: 0, limits: null };
const API_FAULTS: readonly Fault[] = [
  { kind: 'cut' },
  { kind: 'truncated-json' },
  { kind: 'status', status: 503 },
  { kind: 'html' },
  { kind: 'rate-limited', family: 'x-ratelimit' },
  { kind: 'duplicate-ids' },
  { kind: 'missing-cursor' },
];
/** `npm run faults` takes the long form. */
const IS_LONG = process.env.MILLRACE_TEST_LONG === 'yes';
const DRIVER_KILLS = IS_LONG ? 20 : 1;
const WORKER_KILLS = IS_LONG ? 9 : 1;

interface Listing {
  readonly make: string;
  readonly price: number;
  readonly listed_at: string;
}

interface Shown {
  readonly queries: ReadonlyArray<{ query: string; lag: number | null; watermark: string | null }>;
  readonly summary: { readonly droppedAsLate: number; readonly deadLetters: number };
  readonly attempts: ReadonlyArray<{ exitCode: number | null; cause: { code: string } | null }>;
}

let emulator: Emulator;
let api: FaultyNewsApi;
let listings: KeptRunning | undefined;
let stories: KeptRunning | undefined;
let training: Promise<{ readonly version: string }>;

const show = (run: string) => cliJson<Shown>(['runs', 'show', run], { project });
const isRunning = ({ state }: { state: string }) => state === 'running';

function submit(job: string, name: string, window: readonly string[]) {
  const settings = ['--set', `input=${name}`, '--set', `output=${name}-windows`, '--name', name];
  return cliJson<{ state: string }>(['submit', job, ...settings, ...window], { project });
}

/** The listings again and again, so that they do not run dry before the tests have ended. */
async function writeManyCars(): Promise<string> {
  const [header, ...rows] = (await readFile(carsFile, 'utf8')).trim().split('\n');
  const times = Math.ceil((SEEDS_FOR_MS / 1_000) * (LISTINGS_PER_SECOND / rows.length));
  const file = join(await mkdtemp(join(project, 'cars-')), basename(carsFile)); // the make is the file's name
  await writeFile(file, `${header}\n${`${rows.join('\n')}\n`.repeat(times)}`);
  return file;
}

/** Waits until stories have come that were not there: what was hurt has something to do again. */
async function storiesCome(): Promise<void> {
  const count = async () => {
    const { offsets } = await cliJson<{ offsets: number }>(['topic', 'describe', 'hurt-news'], { project });
    return offsets;
  };
  const before = await count();
  await until(async () => (await count()) > before, BACK_WITHIN_MS, 1_000);
}

/** The page faults of all programs that the process has started and that have ended: one more program, and there are more. */
async function tracesOfPrograms(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[8]);
}

const progressOfBoth = () =>
  Promise.all([cars, news].map((run) => readFile(pathForJobs(`runs/${run}/progress.ndjson`), 'utf8')));

/** How many lines the shorter progress of the two streams has, one for each micro-batch of a query. */
async function batchesOfBoth(): Promise<number> {
  return Math.min(...(await progressOfBoth()).map((text) => text.split('\n').length));
}

/** The first of them loads classes that look for programs once. */
async function bothHaveWrittenParquet(): Promise<boolean> {
  return (await progressOfBoth()).every((text) => text.includes('"name": "parquet"'));
}

/** Java goes on without an archive that does not fit, so what a process has mapped is the proof. */
async function expectQuickStart(run: string): Promise<void> {
  const { driver } = await pidsOfRun(run);
  const maps = await Promise.all([driver, ...pidsOfExecutors()].map((pid) => readFile(`/proc/${pid}/maps`, 'utf8')));
  expect(maps.length).toBeGreaterThan(1);
  expect(maps.filter((text) => !text.includes('/class-archives/'))).toEqual([]);
}

beforeAll(async () => {
  // Published before the first records: had they moved the watermark, all that follows would be too late.
  await cliJson(['topic', 'create', 'hurt-cars'], { project });
  await cliJson(['topic', 'create', 'hurt-news'], { project });
  const future = '9999-12-31T00:00:00.000Z';
  await publish('hurt-cars', [{ key: 'far', value: `{"make":"audi","price":1,"listed_at":"${future}"}` }]);
  await publish('hurt-news', [{ key: 'far', value: `{"brands":["audi"],"published_at_ms":${YEAR_9999_MS}}` }]);
  emulator = await startEmulator(STORIES);
  api = await startFaultyNewsApi(new URL(emulator.url).origin);
  api.failWhen((_request, number) => {
    return number % 3 === 2 ? API_FAULTS[Math.floor(number / 3) % API_FAULTS.length] : undefined;
  });
  const feed = ['--live', '--api-url', api.url, '--brands', 'audi,bmw', '--since', 'NOW-1DAY', '--topic', 'hurt-news'];
  const credentials = { AYLIEN_APP_ID: 'somebody', AYLIEN_API_KEY: 'anything' };
  stories = keepRunning(['seed', 'news', ...feed, '--follow', '--poll', '1s'], credentials);
  const rate = ['--rate', `${LISTINGS_PER_SECOND}/s`];
  listings = keepRunning(['seed', 'cars', await writeManyCars(), '--topic', 'hurt-cars', ...rate, '--append']);
  const window = ['--set', 'window=10s', '--set', 'watermark=2m', '--restarts', String(DRIVER_KILLS)];
  const submitted = await Promise.all([
    submit('windowed-cars', 'hurt-cars', window),
    submit('windowed-news', 'hurt-news', ['--set', 'window=10s', '--set', 'watermark=2 days']),
  ]);
  expect(submitted.map(({ state }) => state)).toEqual(['running', 'running']);
});

afterAll(async () => {
  await Promise.all([listings?.stop(), stories?.stop()]);
  await api.close();
  await emulator.close();
});

describe('two streams', () => {
  test('start no program in their micro-batches, neither drivers nor executors', async () => {
    const drivers = await Promise.all([cars, news].map(async (run) => (await pidsOfRun(run)).driver));
    const pids = [...drivers, ...pidsOfExecutors()];
    expect(pids.length).toBeGreaterThanOrEqual(4);
    await storiesCome();
    await until(bothHaveWrittenParquet, BACK_WITHIN_MS, 1_000);
    const before = await Promise.all(pids.map(tracesOfPrograms));
    const committed = await batchesOfBoth();
    await until(async () => (await batchesOfBoth()) >= committed + 8, BACK_WITHIN_MS, 1_000);
    expect(await Promise.all(pids.map(tracesOfPrograms))).toEqual(before);
  });

  test('and a training run live side by side', async () => {
    const settings = ['--set', 'input=hurt-cars', '--set', 'algorithm=linear'];
    training = cliJson<{ version: string }>(['train', 'model', ...settings], { project });
    training.catch(() => undefined); // waited for below
    await listed('train-car-price-1', ({ state }) => state === 'running' || state === 'succeeded', BACK_WITHIN_MS);
    expect(await findRun(cars)).toMatchObject({ state: 'running' });
    expect(await findRun(news)).toMatchObject({ state: 'running' });
    await expectQuickStart(cars);
  });

  test('go on when a worker is killed in a batch, again and again', async () => {
    for (let kill = 1; kill <= WORKER_KILLS; kill++) {
      const pid = await pidOfService(`worker-${1 + (kill % 2)}`);
      await inBatch('hurt-cars');
      process.kill(pid, 'SIGKILL');
      await listed(cars, isRunning);
      await heal();
      await storiesCome();
    }
    expect(await findRun(cars)).toMatchObject({ attempts: 1, state: 'running' });
  });

  test('go on when an executor is killed', async () => {
    await until(async () => pidsOfExecutors().length > 0, BACK_WITHIN_MS);
    for (const pid of pidsOfExecutors()) sendSignal(pid, 'SIGKILL');
    await listed(cars, isRunning);
    await until(async () => pidsOfExecutors().length > 0, BACK_WITHIN_MS);
  });

  test('go on when the driver of one is killed in a batch, as often as it may be restarted', async () => {
    for (let kill = 1; kill <= DRIVER_KILLS; kill++) {
      await inBatch('hurt-cars');
      process.kill((await pidsOfRun(cars)).driver, 'SIGKILL');
      await listed(cars, ({ state, note, attempts }) => state === 'starting' && (note !== null || attempts > kill));
      await listed(cars, (now) => isRunning(now) && now.attempts === kill + 1, BACK_WITHIN_MS);
    }
    const { attempts } = await show(cars);
    expect(attempts.map(({ exitCode, cause }) => `${exitCode} ${cause?.code}`)).toEqual([
      ...Array(DRIVER_KILLS).fill('137 killed'),
      'null undefined',
    ]);
  });

  test('have not kept the training from its end, nor has what was killed beside it', async () => {
    expect(await training).toMatchObject({ version: 'v1' });
    await listed('train-car-price-1', ({ state }) => state === 'succeeded');
  });

  test('go on when a supervisor is killed: the list gives the run a new one', async () => {
    const before = await pidsOfRun(news);
    process.kill(before.supervisor, 'SIGKILL');
    await listed(news, isRunning);
    const after = await pidsOfRun(news);
    expect(after.supervisor).not.toBe(before.supervisor);
    expect(after.driver).toBe(before.driver);
  });

  test('go on when a driver and its wrapper are killed at once', async () => {
    const { driver, wrapper } = await pidsOfRun(news);
    process.kill(wrapper, 'SIGKILL');
    await listed(news, isRunning);
    process.kill(driver, 'SIGKILL');
    await listed(news, ({ state, attempts }) => state === 'starting' || attempts === 2);
    await listed(news, (now) => isRunning(now) && now.attempts === 2, BACK_WITHIN_MS);
    await storiesCome();
  });

  test('go on when the master is killed and started again', async () => {
    process.kill(await pidOfService('master'), 'SIGKILL');
    await listed(cars, ({ state, note }) => state === 'running' && /master does not answer/.test(note ?? ''));
    await heal();
    await listed(cars, ({ state, note }) => state === 'running' && note === null, 180_000);
  });

  test('go on when the broker is killed and started again', async () => {
    process.kill(await pidOfService('broker'), 'SIGKILL');
    await heal();
    await storiesCome();
    await listed(news, (now) => isRunning(now) && now.attempts === 2, 300_000);
  });

  test('go on when the broker is halted for a while', async () => {
    const broker = await pidOfService('broker');
    process.kill(broker, 'SIGSTOP');
    try {
      await sleep(IS_LONG ? 20_000 : 5_000);
    } finally {
      process.kill(broker, 'SIGCONT');
    }
    await storiesCome();
    await listed(news, (now) => isRunning(now) && now.attempts === 2, 300_000);
  });

  test('end with the results that the records have', async () => {
    for (const source of [listings, stories]) expect((await source?.stop())?.exitCode).toBe(130);
    for (const run of [cars, news]) await listed(run, ({ figures }) => figures?.lag === 0, BACK_WITHIN_MS);
    await expectCars();
    await expectNews();
    for (const run of [cars, news]) {
      const stopped = await cliJson<object>(['runs', 'stop', run], { project });
      expect(stopped).toMatchObject({ state: 'stopped', by: 'marker' });
    }
  });
});

async function expectCars(): Promise<void> {
  const records = (await readAll('hurt-cars')).map(({ value }) => JSON.parse(value ?? '{}') as Listing);
  const listings = records.filter(({ listed_at }) => !listed_at.startsWith('9999'));
  expect(listings.length).toBeGreaterThan(500);
  const expected = new Map<string, number>();
  for (const { make, listed_at } of listings) {
    const at = Date.parse(listed_at);
    const key = `${make}/${new Date(at - (at % WINDOW_MS)).toISOString()}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const counts = async () =>
    Object.fromEntries(
      [...(await readLatest<{ count: number }>('hurt-cars-windows'))].map(([key, { count }]) => [key, count]),
    );
  await until(async () => Object.keys(await counts()).length >= expected.size, BACK_WITHIN_MS, 1_000);
  expect(await counts()).toEqual(Object.fromEntries(expected));

  const { summary } = await show(cars);
  expect(summary).toMatchObject({ droppedAsLate: 0, deadLetters: 1 });
  await expectParquet([...expected.keys()]);
}

/** Both grow while they are looked at: they are compared until a look has found the stream between two batches. */
async function expectParquet(windows: readonly string[]): Promise<void> {
  const look = async () => {
    const { queries } = await show(cars);
    const watermark = Date.parse(queries.find(({ query }) => query === 'parquet')?.watermark ?? '');
    const closed = windows.filter((key) => Date.parse(key.split('/')[1] ?? '') + WINDOW_MS <= watermark).sort();
    const found = await readParquetFolder<{ make: string; window_start: string }>(await fetchData('out/hurt-cars/1'));
    const rows = found.map(({ make, window_start }) => `${make}/${new Date(window_start).toISOString()}`).sort();
    expect(closed.length).toBeGreaterThan(0);
    expect(rows).toEqual(closed);
    return true;
  };
  await until(look, BACK_WITHIN_MS, 2_000);
}

/** Each story is in the topic once, whatever the API did, and counts once in the window of each of its brands. */
async function expectNews(): Promise<void> {
  const records = (await readAll('hurt-news')).filter(({ key }) => key !== 'far');
  expect(records.length).toBeGreaterThan(500);
  expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
  expect(api.requests.length).toBeGreaterThan(15);
  const expected = new Map<string, number>();
  for (const { value } of records) {
    const { brands, published_at_ms: at } = JSON.parse(value ?? '{}') as { brands: string[]; published_at_ms: number };
    expect(brands.some((brand) => ['audi', 'bmw'].includes(brand))).toBe(true);
    for (const brand of brands) {
      const key = `${brand}/${new Date(at - (at % WINDOW_MS)).toISOString()}`;
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
  }
  const results = await readLatest<{ stories: number }>('hurt-news-windows');
  expect(Object.fromEntries([...results].map(([key, { stories: count }]) => [key, count]))).toEqual(
    Object.fromEntries(expected),
  );
}
