import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson, parseLines } from '../cli.js';
import { carsFile } from '../data.js';
import { cleanupPolicyOf } from '../foreign-producer.js';
import { publish, readAll, readLatest } from '../kafka.js';
import { readParquetFolder } from '../parquet.js';
import { findRun, listed } from '../runs.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData } from '../target-data.js';
import { until } from '../until.js';

interface Listing {
  readonly make: string;
  readonly price: number;
  readonly listed_at: string;
}

interface CarWindow {
  readonly make: string;
  readonly window_start: string;
}

interface StoryWindow {
  readonly brand: string;
  readonly window_start: string;
  readonly stories: number | bigint;
}

const project = sharedProject();
const iso = (ms: number) => new Date(ms).toISOString();
const ENDS_WITHIN_MS = 420_000;

const OWN_SCRIPT = `import sys

from pyspark.sql import SparkSession
from words import WORDS

spark = SparkSession.builder.getOrCreate()
print(WORDS, sys.argv[1:], spark.range(10).count(), flush=True)
sys.exit(3)
`;

interface Started {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly end: ReturnType<typeof cli>;
}

/** A submit that is looked at, or killed, while it waits. */
function start(args: readonly string[]): Started {
  let pid = -1;
  const end = cli(['--json', 'submit', ...args, '--trigger', 'available-now'], {
    project,
    onStart: (started) => {
      pid = started;
    },
  });
  return { kill: (signal) => process.kill(pid, signal), end };
}

describe('submits side by side', () => {
  const minute = Math.ceil((Date.now() - 3_600_000) / 60_000) * 60_000;
  const bounds = { from: iso(minute + 300_000), to: iso(minute + 360_000), closedBy: iso(minute + 600_000) };
  const openWindows = { results: 1, windows: 1, ...bounds };
  const openSet = ['input=wopen', 'output=wopen-counts', 'alerts=wopen-alerts', 'window=1m', 'watermark=4m'];
  const open = ['windowed-news', '--name', 'wopen', '--alert', '2', ...openSet.flatMap((one) => ['--set', one])];
  const cars = (name: string) => ['windowed-cars', '--set', 'input=wcars', '--set', `output=${name}`, '--name', name];
  const story = (brand: string, published_at_ms: number) => ({
    key: null,
    value: JSON.stringify({ brands: [brand], published_at_ms }),
  });
  let opened: Started;

  test('one that is killed leaves its run going, which ends well; one that is interrupted stops its run', async () => {
    await cliJson(['seed', 'cars', carsFile, '--topic', 'wcars', '--spread', '1h'], { project });
    await cliJson(['topic', 'create', 'wopen'], { project });
    await publish('wopen', [story('audi', minute), story('audi', minute + 59_999), story('bmw', minute + 300_000)]);
    opened = start(open);
    const [killed, interrupted] = [start(cars('killed')), start(cars('interrupted'))];
    const ended = Promise.race([killed.end, interrupted.end]).then(({ stderr }) => Promise.reject(Error(stderr)));
    ended.catch(() => undefined); // all of them end later on
    const areThere = async () =>
      (await findRun('killed-1')) !== undefined && (await findRun('interrupted-1')) !== undefined;
    await Promise.race([until(areThere, ENDS_WITHIN_MS, 500), ended]);
    killed.kill('SIGKILL');
    await killed.end;
    expect(['starting', 'running']).toContain((await findRun('killed-1'))?.state);
    interrupted.kill('SIGINT');
    expect((await interrupted.end).exitCode).toBe(130);
    expect(await findRun('interrupted-1')).toMatchObject({ state: 'stopped' });
    await listed('killed-1', ({ state }) => !['starting', 'running'].includes(state), ENDS_WITHIN_MS);
    expect(await findRun('killed-1')).toMatchObject({ state: 'succeeded', exitCode: 0 });
  });

  test('windowed-cars gives the means that the listings have: all windows on the topic, the closed ones in parquet', async () => {
    const windowMs = 600_000;
    const watermarkMs = 600_000;
    const listings = (await readAll('wcars')).map(({ value }) => JSON.parse(value ?? '{}') as Listing);
    const expected = expectedMeans(listings, windowMs);
    const results = await readLatest<CarWindow & { mean_price: number }>('killed');
    expect([...results.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, { count, mean }] of expected) {
      expect(results.get(key)).toMatchObject({ schema: 'windowed-cars/1', count });
      expect(results.get(key)?.mean_price).toBeCloseTo(mean, 6);
    }
    const watermark = Math.max(...listings.map(({ listed_at }) => Date.parse(listed_at))) - watermarkMs;
    const closed = [...expected].filter(([, { endMs }]) => endMs <= watermark).map(([key]) => key);
    const policies = await Promise.all(['killed', 'killed.dead-letters', 'wcars'].map(cleanupPolicyOf));
    expect(policies).toEqual([expect.stringMatching(/^(compact,delete|delete,compact)$/), 'delete', 'delete']);
    const rows = await readParquetFolder<CarWindow>(await fetchData('out/killed/1'));
    expect(closed.length).toBeGreaterThan(0);
    expect(rows.map(({ make, window_start }) => `${make}/${iso(+new Date(window_start))}`).sort()).toEqual(
      closed.sort(),
    );
  });

  test('windowed-news tells which windows are open behind what it has read, and closes them when asked to', async () => {
    const { exitCode, stdout } = await opened.end;
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, state: 'succeeded' });
    // The watermark stands at the end of the first window exactly, which closes it.
    expect(JSON.parse(stdout)).toMatchObject({ summary: { openWindows } });
    expect(await cliJson(['runs', 'show', 'wopen'], { project })).toMatchObject({ summary: { openWindows } });
    expect(await closedIn('out/wopen/1')).toEqual([`audi/${iso(minute)} 2`]);

    await publish('wopen', [story('bmw', minute + 310_000)]);
    const closed = await start([...open, '--close-windows']).end;
    // It goes on where the first one was.
    expect(JSON.parse(closed.stdout)).toMatchObject({
      summary: { rowsRead: 1, openWindows: { results: 0, windows: 0 } },
    });
    expect(await closedIn('out/wopen/1')).toEqual([`audi/${iso(minute)} 2`, `bmw/${iso(minute + 300_000)} 2`]);
    const alerts = await readLatest<StoryWindow & { threshold: number }>('wopen-alerts');
    expect([...alerts.keys()].sort()).toEqual([`audi/${iso(minute)}`, `bmw/${iso(minute + 300_000)}`]);
    expect(alerts.get(`audi/${iso(minute)}`)).toMatchObject({ schema: 'windowed-news-alert/1', threshold: 2 });
  });

  test('runs prune deletes ended runs but for the newest of each name', async () => {
    const pruned = await cliJson<{ deleted: string[] }>(['runs', 'prune', '--keep', '1', '--yes'], { project });
    expect(pruned.deleted).toContain('wopen-1');
    const gone = await cli(['runs', 'logs', 'wopen-1'], { project });
    expect(gone).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('There is no run `wopen-1`'),
    });
    expect(await findRun('wopen-2')).toMatchObject({ state: 'succeeded' });
  });

  /** What windowed-cars must say, worked out from the records themselves. */
  function expectedMeans(listings: readonly Listing[], windowMs: number) {
    const sums = new Map<string, { count: number; sum: number; endMs: number }>();
    for (const { make, price, listed_at } of listings) {
      const at = Date.parse(listed_at);
      const start = at - (at % windowMs);
      const window = sums.get(`${make}/${iso(start)}`) ?? { count: 0, sum: 0, endMs: start + windowMs };
      sums.set(`${make}/${iso(start)}`, { ...window, count: window.count + 1, sum: window.sum + price });
    }
    return new Map([...sums].map(([key, { count, sum, endMs }]) => [key, { count, mean: sum / count, endMs }]));
  }

  async function closedIn(folder: string): Promise<string[]> {
    const rows = await readParquetFolder<StoryWindow>(await fetchData(folder));
    return rows.map((row) => `${row.brand}/${iso(+new Date(row.window_start))} ${row.stories}`).sort();
  }
});

describe('submit', () => {
  test('of bounded input starts nothing where there is nothing to read, and says so', async () => {
    await cliJson(['topic', 'create', 'wempty'], { project });
    const empty = ['windowed-cars', '--set', 'input=wempty', '--set', 'output=wempty-means', '--name', 'empty'];
    const submitted = await cliJson(['submit', ...empty, '--trigger', 'available-now'], { project });
    expect(submitted).toMatchObject({ run: 'empty-1', state: 'succeeded', note: 'nothing to read' });
  });

  test('of a script of your own gives it its modules and arguments; where it fails, it ends with 6 and tells its exit code', async () => {
    const folder = await mkdtemp(join(project, 'my scripts '));
    await writeFile(join(folder, 'tell.py'), OWN_SCRIPT);
    await writeFile(join(folder, 'words.py'), 'WORDS = "from beside"\n');
    const submit = ['--json', 'submit', join(folder, 'tell.py'), '--restarts', '0', '--', '--limit', '1 0'];
    const { exitCode, stdout, stderr } = await cli(submit, { project });
    expect(exitCode).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ run: 'tell-1', state: 'failed', exitCode: 3 });
    const { error } = parseLines<{ error?: object }>(stderr).at(-1) ?? {};
    expect(error).toMatchObject({ code: 'JOB_FAILED', hint: expect.stringContaining('driver.log') });
    const logs = await cli(['runs', 'logs', 'tell', '-n', '1000'], { project });
    expect(logs.stdout).toContain("from beside ['--limit', '1 0'] 10");
  });
});

test('train model of a topic that is missing is an error', async () => {
  const { exitCode, stderr } = await cli(['--json', 'train', 'model', '--set', 'input=cars-nowhere'], { project });
  expect(exitCode).toBe(2);
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'TOPIC_MISSING',
    hint: expect.stringContaining('millrace topic create cars-nowhere'),
  });
});

describe('render', () => {
  test('writes the script that a submit would run', async () => {
    const { script } = await cliJson<{ script: string }>(['render', 'windowed-news', '--set', 'window=10s'], {
      project,
    });
    expect(script).toContain('windowed-news-preview.py');
    expect(await readFile(script, 'utf8')).toContain('WINDOW = "10 seconds"');
  });

  test.each([
    [['--set', 'window=5 parsecs'], '5 parsecs'],
    [['--set', 'colour=red'], 'colour'],
    [['--name', '../up'], '../up'],
    [['--set', 'session=1m', '--set', 'outputMode=update'], 'session=1 minute, outputMode=update'],
    [['--close-windows'], 'closeWindows=true, trigger=1 second'],
  ])('refuses %j with exit code 2', async (flags, words) => {
    const { exitCode, stderr } = await cli(['--json', 'render', 'windowed-news', ...flags], { project });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error.message).toContain(words);
  });
});
