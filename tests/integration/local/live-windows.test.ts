import { readFile } from 'node:fs/promises';
import { type FaultyNewsApi, startFaultyNewsApi } from '../../fakes/faulty-news-api.js';
import type { Fault } from '../../fakes/news-faults.js';
import { type CliResult, cli, cliJson, parseLines } from '../cli.js';
import { pidsOfExecutors, pidsOfRun } from '../faults/injuries.js';
import { readAll, readLatest } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';

const [TOPIC, RESULTS] = ['live-news', 'live-windows'];
const WINDOW_MS = 10_000;
/** Stories that must come while the windows are being counted, beside those that were there: 2 a second, for 6 minutes. */
const COMING = 30;
const FAULTS: readonly Fault[] = [
  { kind: 'cut' },
  { kind: 'truncated-json' },
  { kind: 'status', status: 503 },
  { kind: 'html' },
  { kind: 'rate-limited', family: 'x-ratelimit' },
  { kind: 'duplicate-ids' },
  { kind: 'missing-cursor' },
];
const project = sharedProject();
const env = { AYLIEN_APP_ID: 'somebody', AYLIEN_API_KEY: 'anything' };

interface Story {
  readonly id: string;
  readonly brands: readonly string[];
  readonly published_at_ms: number;
}

interface Started {
  readonly end: Promise<CliResult>;
  /** What it says first; where it ends without a word, what it complains about. */
  readonly firstWords: Promise<string>;
  readonly interrupt: () => void;
}

/** A command that goes on until Ctrl-C. */
function start(args: readonly string[]): Started {
  let pid = 0;
  let hear: (text: string) => void = () => undefined;
  const heard = new Promise<string>((resolve) => {
    hear = resolve;
  });
  const end = cli(['--json', ...args], {
    project,
    env,
    onStart: (started) => {
      pid = started;
    },
    onOutput: hear,
  });
  let hasEnded = false;
  void end.then(() => {
    hasEnded = true;
  });
  return {
    end,
    firstWords: Promise.race([heard, end.then(({ stderr }) => stderr)]),
    interrupt: () => {
      if (!hasEnded) process.kill(pid, 'SIGINT');
    },
  };
}

/** What tumbling windows must hold: each story once for each of its brands. */
function countWindows(stories: readonly Story[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { brands, published_at_ms: ms } of stories) {
    for (const brand of brands) {
      const key = `${brand}/${new Date(Math.floor(ms / WINDOW_MS) * WINDOW_MS).toISOString()}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

async function resultsByKey(): Promise<Record<string, number>> {
  const latest = await readLatest<{ stories: number }>(RESULTS);
  return Object.fromEntries([...latest].map(([key, { stories }]) => [key, stories]));
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Java goes on without an archive that does not fit, so what a process has mapped is the proof. */
async function expectQuickStart(run: string): Promise<void> {
  const { driver } = await pidsOfRun(run);
  const maps = await Promise.all([driver, ...pidsOfExecutors()].map((pid) => readFile(`/proc/${pid}/maps`, 'utf8')));
  expect(maps.length).toBeGreaterThan(1);
  expect(maps.filter((text) => !text.includes('/class-archives/'))).toEqual([]);
}

describe('the emulator, the followed feed and a running windowed-news', () => {
  test('count every story in exactly one window per brand, in spite of the faults of the API', async () => {
    const emulator = start(['news-emulator', '--stories', '15000', '--release', '8/s', '--port', '0']);
    const { url } = JSON.parse(await emulator.firstWords) as { url: string };
    const api: FaultyNewsApi = await startFaultyNewsApi(new URL(url).origin);
    api.failWhen((_request, number) => {
      return number % 3 === 2 ? FAULTS[Math.floor(number / 3) % FAULTS.length] : undefined;
    });
    const settings = [`input=${TOPIC}`, `output=${RESULTS}`, 'watermark=2 days'].flatMap((one) => ['--set', one]);
    const feed = ['--live', '--api-url', api.url, '--brands', 'audi,bmw', '--since', 'NOW-1DAY', '--topic', TOPIC];
    const follower = start(['seed', 'news', ...feed, '--follow', '--poll', '1s']);
    try {
      const submit = ['submit', 'windowed-news', '--name', 'live', ...settings];
      const { run } = await cliJson<{ run: string }>(submit, { project });
      await expectQuickStart(run);
      const before = (await readAll(TOPIC)).length;
      await until(async () => (await readAll(TOPIC)).length >= Math.max(500, before + COMING), 300_000, 1_000);
      follower.interrupt();
      const { exitCode, stdout } = await follower.end;
      expect(exitCode).toBe(130);
      const stories = (await readAll(TOPIC)).map(({ value }) => JSON.parse(value ?? '') as Story);
      expect(parseLines<{ published: number }>(stdout).at(-1)?.published).toBe(stories.length);
      expect(new Set(stories.map(({ id }) => id)).size).toBe(stories.length);
      expect(stories.filter(({ brands }) => !brands.includes('audi') && !brands.includes('bmw'))).toEqual([]);
      const expected = countWindows(stories);
      await until(async () => sum(await resultsByKey()) >= sum(expected), 300_000, 1_000);
      expect(await resultsByKey()).toEqual(expected);
      expect(api.requests.length).toBeGreaterThan(15);
    } finally {
      follower.interrupt();
      emulator.interrupt();
      await Promise.all([follower.end, emulator.end, api.close(), cli(['runs', 'stop', 'live'], { project })]);
    }
  });
});
