import { inspect } from 'node:util';
import { type Emulator, startEmulator } from '../../../../src/news-emulator/server.js';
import type { StoriesQuery } from '../../../../src/seed/aylien/api-address.js';
import { openNewsApi } from '../../../../src/seed/aylien/client.js';
import type { ClientLimits } from '../../../../src/seed/aylien/client-limits.js';
import { readCredentials } from '../../../../src/seed/aylien/credentials.js';
import { NewsApiUnavailableError } from '../../../../src/seed/aylien/news-api-errors.js';
import { type FaultyNewsApi, startFaultyNewsApi } from '../../../fakes/faulty-news-api.js';
import type { Fault, SimpleFault } from '../../../fakes/news-faults.js';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const KEY = 'a-key-that-nobody-may-see';
const QUERY: StoriesQuery = {
  aql: 'entities:({{id:Q23317}} OR {{id:Q26678}})',
  start: 'NOW-1DAY',
  end: new Date(NOW_MS).toISOString(),
};
const QUICK: Partial<ClientLimits> = {
  rates: [],
  firstPauseMs: 10,
  longestPauseMs: 20,
  limitedPauseMs: 20,
  bodyBytes: 4_000_000,
};

let emulator: Emulator;
let api: FaultyNewsApi;

beforeEach(async () => {
  emulator = await startEmulator({ port: 0, stories: 1_500, limits: null, now: () => NOW_MS });
  api = await startFaultyNewsApi(new URL(emulator.url).origin);
});

afterEach(async () => {
  await api.close();
  await emulator.close();
});

interface Read {
  readonly ids: readonly number[];
  readonly pages: number;
  readonly waits: readonly string[];
}

async function readAll(url: string, limits: Partial<ClientLimits> = QUICK, version: 'v5' | 'v6' = 'v6'): Promise<Read> {
  const waits: string[] = [];
  const credentials = await readCredentials({ AYLIEN_APP_ID: 'my-app', AYLIEN_API_KEY: KEY }, undefined);
  const onWait = (reason: string) => waits.push(reason);
  const client = openNewsApi({ version, baseUrl: url, credentials, limits, onWait });
  const ids: number[] = [];
  let pages = 0;
  for await (const { stories } of client.pages(QUERY, new AbortController().signal)) {
    pages += 1;
    ids.push(...stories.map((story) => (story as { id: number }).id));
  }
  return { ids, pages, waits };
}

/** For answers that never come to their end. */
const IMPATIENT: Partial<ClientLimits> = { ...QUICK, requestMs: 1_000 };
const ENDLESS: ReadonlyArray<Fault | SimpleFault> = ['hang', 'hang-midway', { kind: 'drip', everyMs: 100 }];
const FAULTS_THAT_PASS: ReadonlyArray<Fault | SimpleFault> = [
  { kind: 'rate-limited', family: 'x-ratelimit', resetInMs: 0 },
  { kind: 'rate-limited', family: 'hit' },
  { kind: 'rate-limited', family: 'retry-after', resetInMs: 0 },
  { kind: 'rate-limited', family: 'none' },
  ...[500, 501, 502, 503, 504].map((status) => ({ kind: 'status', status }) as const),
  'cut',
  'cut-midway',
  'truncated-json',
  'html',
  { kind: 'gzip-bomb', megabytes: 200 },
];

describe('the client, against the emulator', () => {
  test('reads every story once, oldest first, in pages of a hundred', async () => {
    const { ids, pages } = await readAll(api.url);
    expect(ids.length).toBeGreaterThan(150);
    expect(new Set(ids).size).toBe(ids.length);
    expect(pages).toBeGreaterThanOrEqual(Math.ceil(ids.length / 100));
    expect((await readAll(emulator.v5Url, QUICK, 'v5')).ids).toEqual(ids);
  });

  test.each(FAULTS_THAT_PASS.map((fault) => [inspect(fault, { breakLength: 200 }), fault] as const))(
    'reads the same stories in spite of %s',
    async (_name, fault) => {
      const expected = await readAll(emulator.url);
      api.failNext(fault, { after: 1, times: 2 });
      const read = await readAll(api.url);
      expect(read.ids).toEqual(expected.ids);
      expect(read.waits).toHaveLength(2);
      expect(read.waits.join()).not.toContain(KEY);
    },
  );

  test.each(ENDLESS)('does not wait for ever for %j', async (fault) => {
    const expected = await readAll(emulator.url);
    api.failNext(fault, { after: 1, times: 2 });
    const read = await readAll(api.url, IMPATIENT);
    expect(read.ids).toEqual(expected.ids);
    expect(read.waits.length).toBeGreaterThanOrEqual(2);
  });

  test.each([-86_400_000, 86_400_000])('is not misled by a clock that is wrong by %d ms', async (byMs) => {
    const expected = await readAll(emulator.url);
    api.failNext({ kind: 'clock-skew', byMs }, { times: 10 });
    expect((await readAll(api.url)).ids).toEqual(expected.ids);
  });

  test('hands on what a page repeats of the one before, for its reader to drop', async () => {
    const expected = await readAll(emulator.url);
    api.failNext('duplicate-ids', { after: 1 });
    const { ids } = await readAll(api.url);
    expect(ids).toHaveLength(expected.ids.length + 1);
    expect([...new Set(ids)]).toEqual(expected.ids);
  });

  test.each([['missing-cursor'], [{ kind: 'repeated-cursor' }]] as const)(
    'does not take a full page for the last one: %j',
    async (fault) => {
      const expected = await readAll(emulator.url);
      api.failNext(fault, { after: 1 });
      expect([...new Set((await readAll(api.url)).ids)]).toEqual(expected.ids);
    },
  );

  test('does not go round in circles by a cursor that leads back', async () => {
    api.failNext({ kind: 'repeated-cursor' }, { after: 2 });
    await expect(readAll(api.url)).rejects.toBeInstanceOf(NewsApiUnavailableError);
    expect(api.requests.length).toBeLessThan(10);
  });

  test('follows no redirect to another host, which gets neither the question nor the key', async () => {
    api.failNext('redirect');
    const failure = await readAll(api.url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(inspect(failure, { depth: 9 })).not.toContain(KEY);
    expect(api.elsewhere).toEqual([]);
  });

  test('gives up after its last attempt, and says what came of them', async () => {
    api.failNext({ kind: 'status', status: 503 }, { times: 3 });
    await expect(readAll(api.url, { ...QUICK, attempts: 3 })).rejects.toThrow(/503/);
    expect(api.requests).toHaveLength(3);
  });
});
