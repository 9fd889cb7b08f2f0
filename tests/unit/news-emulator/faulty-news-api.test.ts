import { get, type IncomingMessage } from 'node:http';
import { type FaultyNewsApi, startFaultyNewsApi } from '../../fakes/faulty-news-api.js';
import type { Fault, SimpleFault } from '../../fakes/news-faults.js';
import { ask, KEY_HEADERS, openEmulator, type Page, type TestEmulator } from './open-emulator.js';

let emulator: TestEmulator;
let faulty: FaultyNewsApi;
beforeEach(async () => {
  emulator = await openEmulator({ limits: { perMinute: 1_000, perSecond: 1_000 } });
  faulty = await startFaultyNewsApi(`http://127.0.0.1:${emulator.port}`);
});
afterEach(async () => {
  await Promise.all([faulty.close(), emulator.close()]);
});

const page = (cursor = '*') => ask<Page>(`${faulty.url}/stories?cursor=${cursor}`, { headers: KEY_HEADERS });
const request = (init: RequestInit = {}) => fetch(`${faulty.url}/stories`, { headers: KEY_HEADERS, ...init });

test('without faults hands everything through, and records what came', async () => {
  const [through, direct] = [await page(), await emulator.get('stories')];
  expect(through.body.stories).toEqual(direct.body.stories);
  expect(through.headers.get('x-ratelimit-limit')).toBe('1000');
  expect(faulty.requests[0]).toMatchObject({ method: 'GET', target: '/v6/news/stories?cursor=*' });
  expect(faulty.requests[0]?.headers['x-aylien-newsapi-application-id']).toBe('an-app');
});

test('faults come in order, as often as asked, after those that go well, and where asked', async () => {
  faulty.failNext({ kind: 'status', status: 503 }, { times: 2, after: 1 });
  faulty.failNext({ kind: 'status', status: 401 });
  faulty.failNext({ kind: 'status', status: 500 }, { on: 'token' });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await request()).status);
  const token = await fetch(`http://127.0.0.1:${new URL(faulty.url).port}/v1/oauth/token`, { method: 'POST' });
  expect([...statuses, token.status]).toEqual([200, 503, 503, 401, 200, 500]);
});

test('a schedule of its own decides by the request and its number', async () => {
  faulty.failWhen(({ target }, number) =>
    number === 2 && target.includes('stories') ? { kind: 'status', status: 504 } : undefined,
  );
  expect([(await request()).status, (await request()).status, (await request()).status]).toEqual([200, 504, 200]);
});

test.each([
  ['x-ratelimit', 'x-ratelimit-reset'],
  ['hit', 'x-ratelimit-hit-remaining'],
  ['retry-after', 'retry-after'],
  ['none', undefined],
] as const)('429 with the headers of %s', async (family, header) => {
  faulty.failNext({ kind: 'rate-limited', family, resetInMs: 5_000 });
  const { status, headers, body } = await ask(`${faulty.url}/stories`);
  const sent = ['x-ratelimit-reset', 'x-ratelimit-hit-remaining', 'retry-after'].filter((name) => headers.has(name));
  expect(status).toBe(429);
  expect(body).toMatchObject({ errors: [{ code: 'KB429', status: 429 }] });
  expect(sent).toEqual(header === undefined ? [] : [header]);
});

describe('an answer that is none', () => {
  test.each<SimpleFault>(['cut', 'cut-midway'])('%s', async (kind) => {
    faulty.failNext(kind);
    await expect(request().then((answer) => answer.text())).rejects.toThrow();
  });

  test('hang: nothing comes until the client gives up', async () => {
    faulty.failNext('hang');
    await expect(request({ signal: AbortSignal.timeout(200) })).rejects.toThrow('aborted due to timeout');
  });

  test.each<Fault>([{ kind: 'hang-midway' }, { kind: 'drip', everyMs: 20 }])(
    '%j: it begins, and does not end',
    async (fault) => {
      faulty.failNext(fault);
      const answer = await request({ signal: AbortSignal.timeout(3_000) });
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow('aborted due to timeout');
    },
  );

  test.each<[SimpleFault, string]>([
    ['truncated-json', 'application/json'],
    ['html', 'text/html'],
  ])('%s: 200, and no JSON', async (kind, type) => {
    faulty.failNext(kind);
    const answer = await request();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining(type)]);
    await expect(answer.json()).rejects.toThrow(/JSON/);
  });

  test('gzip-bomb: a thousandth of what it becomes', async () => {
    faulty.failNext({ kind: 'gzip-bomb', megabytes: 20 });
    const raw = await new Promise<IncomingMessage>((resolve) => get(`${faulty.url}/stories`, resolve));
    const compressed = Buffer.concat(await raw.toArray()).length;
    expect(raw.headers['content-encoding']).toBe('gzip');
    faulty.failNext({ kind: 'gzip-bomb', megabytes: 20 });
    expect((await (await request()).arrayBuffer()).byteLength).toBe(20_000_000);
    expect(compressed).toBeLessThan(40_000);
  });

  test('redirect: to another host, which records what it is sent', async () => {
    faulty.failNext('redirect');
    const answer = await request({ redirect: 'manual' });
    const location = answer.headers.get('location') ?? '';
    expect(answer.status).toBe(302);
    expect(new URL(location).hostname).not.toBe(new URL(faulty.url).hostname);
    expect(faulty.elsewhere).toEqual([]);
    await fetch(location, { headers: KEY_HEADERS });
    expect(faulty.elsewhere[0]?.headers['x-aylien-newsapi-application-key']).toBe('a-key');
  });
});

describe('a page that is wrong', () => {
  test('duplicate-ids: it begins with the last story of the page before', async () => {
    const first = await page();
    faulty.failNext('duplicate-ids');
    const second = await page(first.body.next_page_cursor);
    expect(second.body.stories).toHaveLength(11);
    expect(second.body.stories[0]?.id).toBe(first.body.stories.at(-1)?.id);
  });

  test('repeated-cursor: that of a page before', async () => {
    const first = await page();
    const second = await page(first.body.next_page_cursor);
    faulty.failNext({ kind: 'repeated-cursor' });
    const third = await page(second.body.next_page_cursor);
    expect(third.body.stories).toHaveLength(10);
    expect(third.body.next_page_cursor).toBe(first.body.next_page_cursor);
    faulty.failNext({ kind: 'repeated-cursor', pagesBack: 0 });
    expect((await page(second.body.next_page_cursor)).body.next_page_cursor).toBe(second.body.next_page_cursor);
  });

  test('missing-cursor: there is none', async () => {
    faulty.failNext('missing-cursor');
    expect((await page()).body).not.toHaveProperty('next_page_cursor');
  });

  test('clock-skew: date and reset of another clock', async () => {
    const byMs = -86_400_000;
    const reset = async () => Number((await page()).headers.get('x-ratelimit-reset'));
    const right = await reset();
    faulty.failNext({ kind: 'clock-skew', byMs }, { times: 2 });
    expect(await reset()).toBe(right - 86_400);
    expect(Date.parse((await page()).headers.get('date') ?? '')).toBeLessThan(Date.now() - 80_000_000);
  });
});

test('it ends while answers hang', async () => {
  faulty.failNext('hang');
  const hanging = request().catch(() => 'ended');
  while (faulty.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await faulty.close();
  expect(await hanging).toBe('ended');
});
