import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../../src/news-emulator/server.js';
import { createChance } from '../../../src/news-emulator/stories/chance.js';
import { packagePath } from '../../../src/project/package-files.js';
import { brandQuery } from '../../../src/seed/aylien/brand-query.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import { chooseBrands } from '../../../src/seed/brands/choose-brands.js';
import { sendSignal } from '../../../src/targets/send-signal.js';
import { type FaultyNewsApi, startFaultyNewsApi } from '../../fakes/faulty-news-api.js';
import { type CliResult, cli, cliJson, parseLines } from '../cli.js';
import { pidOfService } from '../faults/injuries.js';
import { publishCompressed, publishInTransaction } from '../foreign-producer.js';
import { readAll } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';

interface Report {
  readonly read: number;
  readonly published: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly polls: number;
  readonly offsets: { readonly before: number; readonly after: number };
}

const KILLS = process.env.MILLRACE_TEST_LONG === 'yes' ? 30 : 6;
const SEED = Number(process.env.MILLRACE_TEST_SEED ?? Date.now() % 1_000_000);
const project = sharedProject();
const env = { AYLIEN_APP_ID: 'somebody', AYLIEN_API_KEY: 'anything' };
let emulator: Emulator;
let api: FaultyNewsApi;

beforeAll(async () => {
  // A fifth is still to come when the tests begin; two brands are about a fifth of all.
  emulator = await startEmulator({ stories: 6_000, seed: 4, releasePerSecond: 40, port: 0, limits: null });
  api = await startFaultyNewsApi(new URL(emulator.url).origin);
});
afterAll(async () => {
  await api.close();
  await emulator.close();
});

// From before the first story, which is a day old at the start: no pass finds fewer old ones than the one before it.
const queryInto = (topic: string) =>
  ['--since', 'NOW-2DAYS', '--brands', 'audi,bmw', '--api-url', api.url].concat('--topic', topic);

/** One pass, to its end. */
function pass(topic: string, ...more: string[]): Promise<Report> {
  return cliJson<Report>(['seed', 'news', ...queryInto(topic), ...more], { project, env });
}

interface Follower {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly end: Promise<CliResult>;
}

function follow(topic: string, poll = '1s'): Follower {
  let pid = 0;
  const args = ['--json', 'seed', 'news', '--follow', '--poll', poll, ...queryInto(topic)];
  const end = cli(args, {
    project,
    env,
    onStart: (started) => {
      pid = started;
    },
  });
  return { kill: (signal) => void sendSignal(pid, signal), end };
}

/** Ids of all stories about the two brands that the emulator has released by now, without a client between. */
async function released(): Promise<Set<string>> {
  const brands = parseBrands(await readFile(packagePath('data', 'brands.yaml'), 'utf8'));
  const query = new URLSearchParams({
    aql: brandQuery(chooseBrands(brands, ['audi', 'bmw'])),
    'published_at.start': 'NOW-2DAYS',
    per_page: '100',
  });
  const headers = { 'X-AYLIEN-NewsAPI-Application-ID': 'x', 'X-AYLIEN-NewsAPI-Application-Key': 'y' };
  const ids = new Set<string>();
  for (let cursor = '*'; ; ) {
    const answer = await fetch(`${emulator.url}/stories?${query}&cursor=${encodeURIComponent(cursor)}`, { headers });
    const page = (await answer.json()) as { stories: { id: number }[]; next_page_cursor: string };
    for (const { id } of page.stories) ids.add(`aylien:${id}`);
    if (page.stories.length === 0) return ids;
    cursor = page.next_page_cursor;
  }
}

async function keysOf(topic: string): Promise<(string | null)[]> {
  return (await readAll(topic)).map(({ key }) => key);
}

/** The state of following into a topic, once there is one. */
async function hasState(topic: string): Promise<boolean> {
  const seeds = join(project, '.millrace', 'seeds');
  const files = await readdir(seeds, { recursive: true }).catch(() => []);
  return files.some((file) => file.endsWith(`/${topic}.live.json`));
}

describe('following the feed', () => {
  test(`killed at ${KILLS} random points, every story is in the topic exactly once (seed ${SEED})`, async () => {
    const chance = createChance(SEED);
    const faults = ['duplicate-ids', 'cut-midway', 'missing-cursor', 'html'] as const;
    api.failWhen(({ target }) => {
      return target.includes('/stories') && chance.happens(0.15) ? { kind: chance.pick(faults) } : undefined;
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const follower = follow('news-killed');
      await sleep(chance.int(500, 4_500));
      follower.kill('SIGKILL');
      await follower.end;
    }
    api.failWhen(() => undefined);
    const expected = await released();
    const last = await pass('news-killed');
    const keys = await keysOf('news-killed');
    console.log(`seed ${SEED}: ${keys.length} stories, of which ${last.published} came after the last kill`);
    expect(keys.length).toBe(new Set(keys).size);
    expect([...expected].filter((id) => !keys.includes(id))).toEqual([]);
    const known = await released();
    expect(keys.filter((key) => !known.has(key ?? ''))).toEqual([]);
    expect(last.offsets.after).toBe(keys.length);
  });

  test.each([
    ['while it waits for a page', 'news-page', () => api.failNext('hang', { after: 2 })],
    [
      'while the API takes no more requests',
      'news-limit',
      () => api.failNext({ kind: 'rate-limited', family: 'x-ratelimit', resetInMs: 60_000 }, { after: 2 }),
    ],
    ['between two polls', 'news-sleep', () => undefined],
  ])('Ctrl-C %s ends it within 10 s, with its totals and nothing to come twice', async (_, topic, prepare) => {
    prepare();
    const before = api.requests.length;
    const follower = follow(topic, '60s');
    await until(async () => (await hasState(topic)) && api.requests.length >= before + 3, 180_000);
    if (topic === 'news-sleep') await until(async () => (await keysOf(topic)).length > 0, 180_000);
    const askedAt = Date.now();
    follower.kill('SIGINT');
    const { exitCode, stdout, stderr } = await follower.end;
    expect(Date.now() - askedAt).toBeLessThan(10_000);
    expect(exitCode).toBe(130);
    expect(parseLines<{ error?: { code: string } }>(stderr).at(-1)?.error?.code).toBe('INTERRUPTED');
    const report = parseLines<Report>(stdout).at(-1);
    const keys = await keysOf(topic);
    expect(report).toMatchObject({ published: keys.length, offsets: { before: 0, after: keys.length } });
    await pass(topic);
    const after = await keysOf(topic);
    expect(after.length).toBe(new Set(after).size);
    expect(after.length).toBeGreaterThanOrEqual(keys.length);
  });

  test('Ctrl-C ends it within 10 s although the broker hangs, and what had come is not published again', async () => {
    const pid = await pidOfService('broker');
    const follower = follow('news-hang');
    await until(() => hasState('news-hang'), 180_000);
    process.kill(pid, 'SIGSTOP');
    try {
      await sleep(1_000);
      const askedAt = Date.now();
      follower.kill('SIGINT');
      const { exitCode, stderr } = await follower.end;
      expect(Date.now() - askedAt).toBeLessThan(10_000);
      expect(exitCode).toBe(130);
      expect(stderr).toContain('stopped early');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await pass('news-hang');
    const keys = await keysOf('news-hang');
    expect(keys.length).toBe(new Set(keys).size);
  });
});

describe('the live feed and files', () => {
  test('share a topic: a story of a file is not published again, and a seed that replaces asks first', async () => {
    const [topic, replayed] = ['news-both', 'news-replayed'];
    const record = join(project, 'came.ndjson');
    await pass(topic, '--limit', '20', '--record', record);
    const replay = ['seed', 'news', record, '--topic', replayed, '--speed', '36000x', '--shift-to-now'];
    expect(await cliJson<Report>(replay, { project })).toMatchObject({ read: 20, published: 20 });
    expect((await keysOf(replayed)).sort()).toEqual((await keysOf(topic)).sort());
    expect(await pass(replayed, '--limit', '30')).toMatchObject({ duplicates: 20, published: 30 });
    const refused = await cli(['--json', 'seed', 'news', record, '--replace', '--topic', topic], { project });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('which also holds aylien');
  });

  test('share a topic with a program that compresses and writes in transactions: its committed stories count', async () => {
    const topic = 'news-foreign';
    const [compressed = '', committed = '', aborted = ''] = await released();
    const record = (key: string) => [{ key, value: '{}' }];
    await cliJson(['topic', 'create', topic], { project });
    await publishCompressed(topic, 'lz4', record(compressed));
    await publishInTransaction(topic, 'commit', record(committed));
    await publishInTransaction(topic, 'abort', record(aborted));
    const { duplicates } = await pass(topic);
    expect(duplicates).toBeGreaterThanOrEqual(2);
    await pass(topic); // reads the markers back once more
    const keys = await keysOf(topic);
    expect(keys).toEqual(expect.arrayContaining([compressed, committed, aborted]));
    expect(keys.length).toBe(new Set(keys).size);
  });

  test.each([
    [['--live'], {}, 3, 'AYLIEN_APP_ID and AYLIEN_API_KEY are not set'],
    [['--brands', 'audy'], env, 2, 'There is no brand `audy`'],
    [['--since', 'soon'], env, 2, '`soon` is not a time'],
  ])('refuses %j before anything is asked', async (args, environment, exitCode, words) => {
    const unset = { AYLIEN_APP_ID: '', AYLIEN_API_KEY: '', AYLIEN_USERNAME: '', AYLIEN_PASSWORD: '' };
    const result = await cli(['--json', 'seed', 'news', ...args, '--api-url', api.url, '--topic', 'news-none'], {
      project,
      env: { ...unset, ...environment },
    });
    expect(result.exitCode).toBe(exitCode);
    expect(JSON.parse(result.stderr).error.message).toContain(words);
    expect((await cli(['topic', 'describe', 'news-none'], { project })).exitCode).toBe(2);
  });
});
