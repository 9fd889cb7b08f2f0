import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson, parseLines } from '../cli.js';
import { carsFile } from '../data.js';
import { publish, readAll, readLatest } from '../kafka.js';
import { readParquetFolder } from '../parquet.js';
import { findRun, listed } from '../runs.js';
import { expectSameEverywhere } from '../same-everywhere.js';
import { sharedProject, testTarget } from '../shared-cluster/project.js';
import { containerOf, fetchData, killDriver, pathForJobs, run } from '../target-data.js';
import { until } from '../until.js';

/**
 * What README promises, told once on every target: stories and listings are seeded, a stream counts the stories right although its
 * driver is killed, a model learns from the listings beside it, and each command that looks at a run tells the truth of it.
 */
interface StoryWindow {
  readonly brand: string;
  readonly window_start: string;
  readonly stories: number | bigint;
}

interface DeadLetter {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
  readonly reason: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

interface Submitted {
  readonly run: string;
  readonly state: string;
  readonly exitCode: number | null;
}

interface Trained {
  readonly version: string;
  readonly path: string;
  readonly rows: { readonly train: number; readonly test: number };
  readonly metrics: { readonly r2: number };
}

interface Shown {
  readonly queries: ReadonlyArray<{ readonly query: string; readonly watermark: string | null }>;
  readonly summary: { readonly droppedAsLate: number; readonly deadLetters: number };
  readonly attempts: ReadonlyArray<{
    readonly exitCode: number | null;
    readonly cause: { readonly code: string } | null;
  }>;
}

interface Explanation {
  readonly findings: ReadonlyArray<{ readonly id: string; readonly numbers: Readonly<Record<string, unknown>> }>;
  readonly ruledOut: ReadonlyArray<{ readonly id: string }>;
}

const project = sharedProject();
const WINDOW_MS = 500;
const BACK_WITHIN_MS = 420_000;
const name = 'story-1';
const settings = [
  ...['--set', 'input=story-news', '--set', 'output=story-counts', '--name', 'story'],
  // Parquet follows the watermark: every ten seconds with this one.
  ...['--set', 'window=500 milliseconds', '--set', 'watermark=1 minute'],
];
const iso = (ms: number) => new Date(ms).toISOString();
const jaguar = (key: string) => ({ key, value: JSON.stringify({ brands: ['jaguar'], published_at_ms: Date.now() }) });
const NOW = Date.now();
const NO_JSON = 'the value is not the JSON that was expected';
const BEHIND = 'there is more behind its JSON object';
const NOT_WHOLE = 'published_at_ms is not a whole number';
const seconds = Math.floor(NOW / 1000);
/** Records that hold no story, and what is said of them. The long ones would make letters that no producer takes. */
const BAD = (
  [
    ['no JSON', NO_JSON],
    ['', NO_JSON],
    ['5', NO_JSON],
    [`[{"brands":["audi"],"published_at_ms":${NOW}}]`, NO_JSON],
    [null, 'the value is null'],
    ['\0'.repeat(180_000), NO_JSON],
    ['"'.repeat(900_000), NO_JSON],
    ['['.repeat(900_000), NO_JSON],
    [Buffer.alloc(900_000, 0xff), NO_JSON],
    [`{"brands":["audi"],"published_at_ms":${NOW}} and more`, BEHIND],
    [`{"brands":["audi"],"published_at_ms":${NOW}}{"brands":["bmw"]}`, BEHIND],
    [`{"brands":["audi"],"published_at_ms":${NOW}},{"brands":["bmw"]}`, 'there is more than one object in the record'],
    ['{"schema":"news-story/1","brands":["audi"]}', 'published_at_ms is missing'],
    [`{"published_at_ms":${NOW}}`, 'brands is missing'],
    [`{"schema":"car-listing/1","brands":["audi"],"published_at_ms":${NOW}}`, 'its schema is car-listing/1'],
    [`{"brands":"audi","published_at_ms":${NOW}}`, 'brands is not a list'],
    [`{"brands":[null],"published_at_ms":${NOW}}`, 'brands has an entry without text'],
    [`{"brands":["audi",""],"published_at_ms":${NOW}}`, 'brands has an entry without text'],
    [`{"brands":["${'a'.repeat(1_001)}"],"published_at_ms":${NOW}}`, 'brands is longer than 1,000 characters'],
    ['{"brands":["audi"],"published_at_ms":"yesterday"}', NOT_WHOLE],
    [`{"brands":["audi"],"published_at_ms":"${NOW}"}`, NOT_WHOLE],
    [`{"brands":["audi"],"published_at_ms":${NOW}.5}`, NOT_WHOLE],
    ['{"brands":["audi"],"published_at_ms":NaN}', NOT_WHOLE],
    ['{"brands":["audi"],"published_at_ms":"NaN"}', NOT_WHOLE],
    ['{"brands":["audi"],"published_at_ms":1e400}', NOT_WHOLE],
    ['{"brands":["audi"],"published_at_ms":9223372036854775807}', NOT_WHOLE],
    ['{"brands":["audi"],"published_at_ms":2533023007990000}', 'published_at_ms lies in the future'],
    [
      `{"brands":["audi"],"published_at_ms":${seconds}}`,
      `published_at_ms is ${seconds}, which lies before 1971-01-01: seconds, where milliseconds belong?`,
    ],
    [
      '{"brands":["audi"],"published_at_ms":-1}',
      'published_at_ms is -1, which lies before 1971-01-01: seconds, where milliseconds belong?',
    ],
  ] as ReadonlyArray<[string | Buffer | null, string]>
).map(([value, reason], index) => ({ key: `bad-${index}`, value, reason }));
/** Written as pandas and JavaScript may write a whole number. */
const WHOLE = { key: 'whole', value: `{"brands":["audi"],"published_at_ms":${NOW}.0}` };
let training: Promise<Trained>;

/** What the windows must hold, worked out from the records themselves. */
async function expectedCounts(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { key, value } of await readAll('story-news')) {
    if (BAD.some((bad) => bad.key === key)) continue;
    const { brands, published_at_ms: at } = JSON.parse(value ?? '') as { brands: string[]; published_at_ms: number };
    for (const brand of brands) {
      const window = `${brand}/${iso(at - (at % WINDOW_MS))}`;
      counts.set(window, (counts.get(window) ?? 0) + 1);
    }
  }
  return counts;
}

async function countsOnTopic(): Promise<Record<string, number>> {
  const latest = await readLatest<StoryWindow>('story-counts');
  return Object.fromEntries([...latest].map(([key, { stories }]) => [key, Number(stories)]));
}

/** Waits until the topic has what the records come to, and compares each window. */
async function expectCounts(): Promise<Record<string, number>> {
  const expected = Object.fromEntries(await expectedCounts());
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);
  await until(async () => sum(await countsOnTopic()) >= sum(expected), 300_000, 500);
  expect(await countsOnTopic()).toEqual(expected);
  return expected;
}

const show = () => cliJson<Shown>(['runs', 'show', name], { project });
const refusal = async (args: readonly string[]) => {
  const { exitCode, stderr } = await cli(['--json', ...args], { project });
  return { exitCode, ...JSON.parse(stderr.trim().split('\n').at(-1) ?? '{}').error };
};

describe('a stream over stories, and a training beside it', () => {
  test('counts what is there, keeps aside what it cannot read, and counts what comes', async () => {
    await cliJson(['seed', 'news', '--topic', 'story-news'], { project });
    await cliJson(['seed', 'cars', carsFile, '--topic', 'story-cars'], { project });
    // One by one: together they are more than a broker takes at once.
    for (const bad of BAD) await publish('story-news', [bad]);
    const submit = ['submit', 'windowed-news', ...settings, '--trigger', '1 second'];
    const submitted = await cliJson<Submitted>(submit, { project });
    expect(submitted).toMatchObject({ run: name, state: 'running', exitCode: null });
    const train = ['train', 'model', '--set', 'input=story-cars', '--set', 'trees=20', '--set', 'depth=10'];
    training = cliJson<Trained>(train, { project });
    training.catch(() => undefined); // waited for below

    await expectSameEverywhere('windows', await expectCounts());
    await publish('story-news', [jaguar('comes'), WHOLE]);
    const counts = await expectCounts();
    expect(Object.keys(counts).some((key) => key.startsWith('jaguar/'))).toBe(true);
  });

  test('has a dead letter for each record that is no story, with its place and the reason', async () => {
    const letters = async () =>
      (await readAll('story.dead-letters')).map(({ value }) => JSON.parse(value ?? '{}') as DeadLetter);
    await until(async () => (await letters()).length >= BAD.length, 60_000, 500);
    const bad = (await readAll('story-news')).filter(({ key }) => BAD.some((one) => one.key === key));
    const place = ({ partition, offset }: { partition: number; offset: number }) => `${partition}/${offset}`;
    const found = await letters();
    expect(found.map(place).sort()).toEqual(bad.map(place).sort());
    const reasons = found.map(({ key, reason }) => `${key}: ${reason}`).sort();
    expect(reasons).toEqual(BAD.map(({ key, reason }) => `${key}: ${reason}`).sort());
  });

  test('has short letters for long records, which tell their length and hash', async () => {
    const letters = (await readAll('story.dead-letters')).map(({ value }) => JSON.parse(value ?? '{}') as DeadLetter);
    const long = BAD.filter(({ value }) => value !== null && value.length > 100_000);
    expect(long).toHaveLength(4);
    for (const { key, value } of long) {
      const letter = letters.find((one) => one.key === key);
      expect(letter?.value?.length).toBe(100_000);
      expect(letter?.bytes).toBe(value?.length);
      expect(letter?.sha256).toBe(
        createHash('sha256')
          .update(value ?? '')
          .digest('hex'),
      );
    }
  });

  test('is explained by the numbers that it has', async () => {
    const { findings, ruledOut } = await cliJson<Explanation>(['runs', 'explain', name], { project });
    expect(findings.find(({ id }) => id === 'dead-letters')?.numbers).toMatchObject({ deadLetters: BAD.length });
    expect(ruledOut.map(({ id }) => id)).toEqual(expect.arrayContaining(['topic-missing', 'topic-empty', 'no-cores']));
  });

  test('shows what driver and executor wrote, and lets go at Ctrl-C', async () => {
    const logs = ['--json', 'runs', 'logs', 'sto'];
    const lines = parseLines<{ source: string; line: string }>(
      (await cli([...logs, '-n', '100000'], { project })).stdout,
    );
    expect(lines.filter(({ line }) => line.includes('Connected to Spark cluster with app ID'))).toHaveLength(1);
    expect(new Set(lines.map(({ source }) => source))).toEqual(new Set(['driver']));
    expect(parseLines((await cli([...logs, '-n', '3'], { project })).stdout)).toHaveLength(3);
    const { stdout } = await cli(['runs', 'logs', 'story', '--executors', '-n', '100000'], { project });
    expect(stdout).toMatch(/^executor-\d+ {2}.*Successfully registered with driver/m);

    let pid = 0;
    const { exitCode, stderr } = await cli(['runs', 'logs', '--follow', 'story'], {
      project,
      onStart: (started) => {
        pid = started;
      },
      onOutput: () => process.kill(pid, 'SIGINT'),
    });
    expect({ exitCode, stderr: stderr.trim() }).toEqual({
      exitCode: 0,
      stderr: `stopped watching ${name}; it goes on running`,
    });
  });

  test('goes on after its driver was killed, and counts once what came meanwhile', async () => {
    await killDriver(name);
    await listed(name, ({ state, attempts }) => state === 'starting' || attempts === 2);
    await publish('story-news', [jaguar('meanwhile')]);
    await listed(name, ({ state, attempts }) => state === 'running' && attempts === 2, BACK_WITHIN_MS);
    await publish('story-news', [jaguar('after')]);
    await expectCounts();
    const { attempts, summary } = await show();
    expect(attempts.map(({ exitCode, cause }) => `${exitCode} ${cause?.code}`)).toEqual([
      '137 killed',
      'null undefined',
    ]);
    expect(summary).toMatchObject({ droppedAsLate: 0, deadLetters: BAD.length });
  });

  test('beside which the training learns the prices, the same on every target, and saves a version', async () => {
    const trained = await training;
    expect(trained.version).toBe('v1');
    expect(trained.path).toBe(pathForJobs('models/car-price/v1'));
    expect(trained.metrics.r2).toBeGreaterThanOrEqual(0.9);
    expect(trained.rows.test / (trained.rows.train + trained.rows.test)).toBeCloseTo(0.2, 1);
    await expectSameEverywhere('metrics', trained.metrics);
    const saved = await fetchData('models/car-price/v1');
    expect((await readdir(saved)).sort()).toEqual(['metrics.json', 'pipeline', 'schema.json']);
    expect((await readdir(join(saved, 'pipeline', 'stages'))).length).toBeGreaterThan(3);
    expect(JSON.parse(await readFile(join(saved, 'metrics.json'), 'utf8')).metrics).toEqual(trained.metrics);
  });

  test('has every closed window once in parquet, with the count of the topic', async () => {
    const expected = await expectedCounts();
    const look = async () => {
      const watermark = (await show()).queries.find(({ query }) => query === 'parquet')?.watermark ?? '';
      const isClosed = (key: string) =>
        Date.parse(key.slice(key.indexOf('/') + 1)) + WINDOW_MS <= Date.parse(watermark);
      const closed = [...expected].filter(([key]) => isClosed(key)).map(([key, count]) => `${key} ${count}`);
      const rows = await readParquetFolder<StoryWindow>(await fetchData('out/story/1'));
      expect(closed.length).toBeGreaterThan(100);
      expect(rows.map((row) => `${row.brand}/${iso(+new Date(row.window_start))} ${row.stories}`).sort()).toEqual(
        closed.sort(),
      );
      return true;
    };
    await until(look, 120_000, 1_000);
  });

  if (testTarget() === 'docker')
    test('goes on after the container of its driver was killed and started again', async () => {
      await run('docker', ['kill', await containerOf('master')]);
      await publish('story-news', [jaguar('without a master')]);
      expect(await cliJson(['cluster', 'up'], { project })).toMatchObject({ started: ['master'] });
      await listed(name, ({ state, attempts }) => state === 'running' && attempts === 3, BACK_WITHIN_MS);
      await expectCounts();
    });

  test('is not started twice, stops after its micro-batch, and whoever follows its log is let go', async () => {
    expect(await refusal(['submit', 'windowed-news', ...settings])).toMatchObject({ exitCode: 2, code: 'RUN_LIVE' });
    let stopping: Promise<object> | undefined;
    const followed = await cli(['runs', 'logs', '--follow', '-n', '1', 'story'], {
      project,
      onOutput: () => {
        stopping = cliJson(['runs', 'stop', 'story'], { project });
      },
    });
    expect(await stopping).toEqual({ run: name, state: 'stopped', by: 'marker' });
    expect(followed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`${name}: stopped`) });
    expect(followed.stdout).toContain('Successfully stopped SparkContext');
    expect(await findRun(name)).toMatchObject({ state: 'stopped' });
  });

  test('is refused with another window on its checkpoint, with what changed and what to do, and nothing starts', async () => {
    const changed = ['submit', 'windowed-news', ...settings, '--set', 'window=1 second'];
    expect(await refusal(changed)).toMatchObject({
      exitCode: 2,
      code: 'CHECKPOINT_CHANGED',
      message: expect.stringMatching(/checkpoint.*window was 500 milliseconds, is 1 second/),
      hint: expect.stringContaining('--new-checkpoint'),
    });
    expect(await findRun('story-2')).toBeUndefined();
  });

  test('goes on where it stopped, with the next submit of its name', async () => {
    await publish('story-news', [jaguar('next')]);
    const next = ['submit', 'windowed-news', ...settings, '--trigger', 'available-now'];
    const submitted = await cliJson(next, { project });
    expect(submitted).toMatchObject({ run: 'story-2', state: 'succeeded', summary: { rowsRead: 1, deadLetters: 0 } });
    await expectCounts();
  });

  test('has a plan that can be read: each record is read once, and there is one state', async () => {
    const render = ['render', 'windowed-news', ...settings, '--explain'];
    const { plan } = await cliJson<{ plan: string }>(render, { project });
    const [steps = ''] = plan.split('\n\n');
    for (const step of ['StreamingRelation', 'CollectMetrics', 'StateStoreSave'])
      expect(steps.split(` ${step} `)).toHaveLength(2);
    expect(plan.split('from_json(')).toHaveLength(2);
  });
});
