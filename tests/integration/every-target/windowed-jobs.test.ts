import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson, parseLines } from '../cli.js';
import { carsFile } from '../data.js';
import { publish, readAll, readLatest } from '../kafka.js';
import { readCommittedParquet } from '../parquet.js';
import { expectSameEverywhere } from '../same-everywhere.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData, readScript } from '../target-data.js';
import { until } from '../until.js';

interface Listing {
  readonly make: string;
  readonly price: number;
  readonly listed_at: string;
}

interface CarWindow {
  readonly schema?: string;
  readonly make: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly count: number | bigint;
  readonly mean_price: number;
}

interface StoryWindow {
  readonly brand: string;
  readonly window_start: string;
  readonly stories: number | bigint;
}

interface Submitted {
  readonly run: string;
  readonly state: string;
  readonly exitCode: number | null;
}

const project = sharedProject();
const iso = (ms: number) => new Date(ms).toISOString();
const startOf = (ms: number, windowMs: number) => ms - (ms % windowMs);

async function readListings(topic: string): Promise<Listing[]> {
  return (await readAll(topic)).map(({ value }) => JSON.parse(value ?? '{}') as Listing);
}

/** What windowed-cars must say, worked out from the records themselves. */
function expectedCarWindows(
  listings: readonly Listing[],
  windowMs: number,
): Map<string, { count: number; mean: number; endMs: number }> {
  const sums = new Map<string, { count: number; sum: number; endMs: number }>();
  for (const { make, price, listed_at } of listings) {
    const start = startOf(Date.parse(listed_at), windowMs);
    const window = sums.get(`${make}/${iso(start)}`) ?? { count: 0, sum: 0, endMs: start + windowMs };
    sums.set(`${make}/${iso(start)}`, { ...window, count: window.count + 1, sum: window.sum + price });
  }
  return new Map([...sums].map(([key, { count, sum, endMs }]) => [key, { count, mean: sum / count, endMs }]));
}

describe('windowed-cars', () => {
  const windowMs = 600_000;
  const watermarkMs = 600_000;

  test('gives the means that the listings have: all windows on the topic, the closed ones in parquet', async () => {
    await cliJson(['seed', 'cars', carsFile, '--topic', 'wcars', '--spread', '1h'], { project });
    const listings = await readListings('wcars');
    const expected = expectedCarWindows(listings, windowMs);
    const settings = ['--set', 'input=wcars', '--set', 'output=wcars-means', '--name', 'wcars'];
    const submitted = await cliJson<Submitted>(['submit', 'windowed-cars', ...settings, '--trigger', 'available-now'], {
      project,
    });
    expect(submitted).toMatchObject({ run: 'wcars-1', state: 'succeeded', exitCode: 0 });

    const results = await readLatest<CarWindow>('wcars-means');
    expect([...results.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, { count, mean }] of expected) {
      expect(results.get(key)).toMatchObject({ schema: 'windowed-cars/1', count });
      expect(results.get(key)?.mean_price).toBeCloseTo(mean, 6);
    }

    const watermark = Math.max(...listings.map(({ listed_at }) => Date.parse(listed_at))) - watermarkMs;
    const closed = [...expected].filter(([, { endMs }]) => endMs <= watermark).map(([key]) => key);
    const rows = await readCommittedParquet<CarWindow>(await fetchData('out/wcars/1'));
    expect(closed.length).toBeGreaterThan(0);
    expect(rows.map(({ make, window_start }) => `${make}/${iso(+new Date(window_start))}`).sort()).toEqual(
      closed.sort(),
    );
  });

  test('refuses another window on the same checkpoint, says what changed, and starts nothing', async () => {
    const settings = ['--set', 'input=wcars', '--set', 'output=wcars-means', '--name', 'wcars', '--set', 'window=5m'];
    const { exitCode, stderr } = await cli(['--json', 'submit', 'windowed-cars', ...settings], { project });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'CHECKPOINT_CHANGED',
      message: expect.stringMatching(/checkpoint.*window was 10 minutes, is 5 minutes/),
      hint: expect.stringContaining('--new-checkpoint'),
    });
    const { runs } = await cliJson<{ runs: { run: string }[] }>(['runs', 'list'], { project });
    expect(runs.map(({ run }) => run)).not.toContain('wcars-2');
  });
});

describe('windowed-news', () => {
  const windowMs = 500;

  test('runs as a stream: counts what is there, keeps what it cannot read, counts what comes, and stops after its batch', async () => {
    await cliJson(['seed', 'news', '--topic', 'wnews'], { project });
    await publish('wnews', [
      { key: 'a', value: 'no JSON' },
      { key: 'b', value: '{"schema":"news-story/1","id":"b","brands":["audi"]}' },
      { key: 'c', value: null },
      { key: 'd', value: '{"brands":["audi"],"published_at_ms":"yesterday"}' },
      { key: 'e', value: '{"brands":["audi"],"published_at_ms":253402300799000}' },
      { key: 'f', value: '{"brands":["audi"],"published_at_ms":9223372036854775807}' },
      { key: 'g', value: '{"brands":["audi"],"published_at_ms":-1}' },
    ]);
    const settings = [
      '--set',
      'input=wnews',
      '--set',
      'output=wnews-counts',
      '--set',
      'window=500 milliseconds',
      '--name',
      'wnews',
    ];
    const submitted = await cliJson<Submitted>(['submit', 'windowed-news', ...settings, '--trigger', '2 seconds'], {
      project,
    });
    expect(submitted).toMatchObject({ run: 'wnews-1', state: 'running', exitCode: null });
    await expectStories('wnews', 'wnews-counts', windowMs);
    const comes = { brands: ['jaguar'], published_at_ms: Date.now() };
    await publish('wnews', [{ key: 'comes', value: JSON.stringify(comes) }]);
    const keys = async () => [...(await readLatest('wnews-counts')).keys()];
    await until(async () => (await keys()).some((key) => key.startsWith('jaguar/')), 300_000, 500);

    const letters = (await readAll('wnews.dead-letters')).map(({ value }) => JSON.parse(value ?? '{}'));
    const bad = (await readAll('wnews')).filter(({ key }) => /^[a-g]$/.test(key ?? ''));
    const position = ({ partition, offset }: { partition: number; offset: number }) => `${partition}/${offset}`;
    expect(letters.map(position).sort()).toEqual(bad.map(position).sort());
    const reasons = letters.map(({ key, reason }) => `${key}: ${reason}`).sort();
    expect(reasons).toEqual([
      'a: the value is not the JSON that was expected',
      'b: published_at_ms is missing',
      'c: the value is null',
      'd: the value is not the JSON that was expected',
      'e: published_at_ms lies in the future',
      'f: published_at_ms lies in the future',
      'g: published_at_ms lies before 1970',
    ]);

    const again = await cli(['--json', 'submit', 'windowed-news', ...settings], { project });
    expect(again.exitCode).toBe(2);
    expect(JSON.parse(again.stderr).error.code).toBe('RUN_LIVE');

    const stopped = await cliJson<{ state: string; by: string }>(['runs', 'stop', 'wnews-1'], { project });
    expect(stopped).toEqual({ run: 'wnews-1', state: 'stopped', by: 'marker' });
    const { runs } = await cliJson<{ runs: { run: string; state: string }[] }>(['runs', 'list'], { project });
    expect(runs.find(({ run }) => run === 'wnews-1')).toMatchObject({ state: 'stopped' });
  });

  test('tells which windows are open behind what it has read, and closes them when asked to', async () => {
    const minute = Math.ceil((Date.now() - 3_600_000) / 60_000) * 60_000;
    const story = (brand: string, published_at_ms: number) => ({
      key: null,
      value: JSON.stringify({ brands: [brand], published_at_ms }),
    });
    await cliJson(['topic', 'create', 'wopen'], { project });
    await publish('wopen', [story('audi', minute), story('audi', minute + 59_999), story('bmw', minute + 300_000)]);
    const set = ['input=wopen', 'output=wopen-counts', 'alerts=wopen-alerts', 'window=1m', 'watermark=4m'];
    const submit = (...flags: string[]) =>
      cliJson<Submitted & { summary: object }>(
        ['submit', 'windowed-news', '--name', 'wopen', '--trigger', 'available-now', '--alert', '2', ...flags].concat(
          set.flatMap((one) => ['--set', one]),
        ),
        { project },
      );
    const bounds = { from: iso(minute + 300_000), to: iso(minute + 360_000), closedBy: iso(minute + 600_000) };
    const openWindows = { results: 1, windows: 1, ...bounds };
    // The watermark stands at the end of the first window exactly, which closes it.
    expect(await submit()).toMatchObject({ state: 'succeeded', summary: { openWindows } });
    expect(await cliJson(['runs', 'show', 'wopen'], { project })).toMatchObject({ summary: { openWindows } });
    expect(await closedIn('out/wopen/1')).toEqual([`audi/${iso(minute)} 2`]);

    await publish('wopen', [story('bmw', minute + 310_000)]);
    const closed = await submit('--close-windows');
    // It goes on where the first one was.
    expect(closed.summary).toMatchObject({ rowsRead: 1, openWindows: { results: 0, windows: 0 } });
    expect(await closedIn('out/wopen/1')).toEqual([`audi/${iso(minute)} 2`, `bmw/${iso(minute + 300_000)} 2`]);
    const alerts = await readLatest<StoryWindow & { threshold: number }>('wopen-alerts');
    expect([...alerts.keys()].sort()).toEqual([`audi/${iso(minute)}`, `bmw/${iso(minute + 300_000)}`]);
    expect(alerts.get(`audi/${iso(minute)}`)).toMatchObject({ schema: 'windowed-news-alert/1', threshold: 2 });
  });

  async function closedIn(folder: string): Promise<string[]> {
    const rows = await readCommittedParquet<StoryWindow>(await fetchData(folder));
    return rows.map((row) => `${row.brand}/${iso(+new Date(row.window_start))} ${row.stories}`).sort();
  }

  async function expectStories(input: string, output: string, size: number): Promise<void> {
    const expected = new Map<string, number>();
    for (const { value } of await readAll(input)) {
      const story = parseStory(value);
      if (typeof story?.published_at_ms !== 'number' || story.published_at_ms < 0) continue;
      if (story.published_at_ms > Date.now()) continue;
      for (const brand of story.brands) {
        const key = `${brand}/${iso(startOf(story.published_at_ms, size))}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
    }
    const results = await readLatest<StoryWindow>(output);
    const counts = Object.fromEntries([...results].map(([key, { stories }]) => [key, Number(stories)]));
    expect(counts).toEqual(Object.fromEntries(expected));
    await expectSameEverywhere('windows', counts);
  }

  function parseStory(value: string | null): { brands: string[]; published_at_ms?: unknown } | undefined {
    try {
      return JSON.parse(value ?? '');
    } catch {
      return undefined;
    }
  }
});

describe('submit', () => {
  const settings = ['--set', 'input=wkill', '--set', 'output=wkill-means', '--trigger', 'available-now'];
  const runs = async () =>
    (await cliJson<{ runs: { run: string; state: string; exitCode: number | null }[] }>(['runs', 'list'], { project }))
      .runs;
  const find = async (run: string) => (await runs()).find((listed) => listed.run === run);

  test('that is killed leaves its run going, which runs list finds and which ends well; one that is interrupted stops its run', async () => {
    await cliJson(['seed', 'cars', '--topic', 'wkill'], { project });
    const killed = start('killed');
    const interrupted = start('interrupted');
    const refused = Promise.race([killed.ended, interrupted.ended]).then(({ stderr }) => Promise.reject(Error(stderr)));
    refused.catch(() => undefined); // both end later on
    const areThere = async () => (await find('killed-1')) !== undefined && (await find('interrupted-1')) !== undefined;
    await Promise.race([until(areThere, 420_000, 500), refused]);
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;
    expect(['starting', 'running']).toContain((await find('killed-1'))?.state);
    process.kill(interrupted.pid, 'SIGINT');
    expect((await interrupted.ended).exitCode).toBe(130);
    expect(await find('interrupted-1')).toMatchObject({ state: 'stopped' });
    await until(
      async () => !['starting', 'running'].includes((await find('killed-1'))?.state ?? 'starting'),
      420_000,
      500,
    );
    expect(await find('killed-1')).toMatchObject({ state: 'succeeded', exitCode: 0 });
  });

  test('of a job whose application fails ends with 6 and gives the application its own exit code', async () => {
    await mkdir(join(project, 'jobs'), { recursive: true });
    await mkdir(join(project, 'templates'), { recursive: true });
    const definition = 'description: fails\nkind: streaming\ntemplate: broken.py.hbs\n';
    await writeFile(join(project, 'jobs', 'broken.yaml'), definition);
    await writeFile(join(project, 'templates', 'broken.py.hbs'), 'NAME = {{py appName}}\nraise ValueError(NAME)\n');
    const { exitCode, stdout, stderr } = await cli(['--json', 'submit', 'broken', '--restarts', '0'], { project });
    expect(exitCode).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ run: 'broken-1', state: 'failed', exitCode: 1 });
    const { error } = parseLines<{ error?: object }>(stderr).at(-1) ?? {};
    expect(error).toMatchObject({ code: 'JOB_FAILED', hint: expect.stringContaining('driver.log') });
  });

  function start(name: string) {
    let pid = -1;
    const ended = cli(['--json', 'submit', 'windowed-cars', ...settings, '--name', name], {
      project,
      onStart: (started) => {
        pid = started;
      },
    });
    return { pid, ended };
  }
});

describe('render', () => {
  test('writes the script that a submit would run', async () => {
    const { script } = await cliJson<{ script: string }>(['render', 'windowed-news', '--set', 'window=10s'], {
      project,
    });
    expect(script).toContain('windowed-news-preview.py');
    const text = await readScript('windowed-news-preview.py');
    expect(text).toContain('WINDOW = "10 seconds"');
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
