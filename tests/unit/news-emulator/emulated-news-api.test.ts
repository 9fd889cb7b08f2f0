import { API_LIMITS } from '../../../src/news-emulator/hit-limits.js';
import { ask, type ErrorBody, KEY_HEADERS, openEmulator, START_MS, type TestEmulator } from './open-emulator.js';

const account = { appId: 'my-app', appKey: 'my-key', username: 'me', password: 'my:password' };

const openAnd =
  (options: Parameters<typeof openEmulator>[0], work: (emulator: TestEmulator) => Promise<void>) => async () => {
    const emulator = await openEmulator({ stories: 20, ...options });
    try {
      await work(emulator);
    } finally {
      await emulator.close();
    }
  };

const askToken = (emulator: TestEmulator, login: string | undefined, form = 'grant_type=password') =>
  ask<{ access_token?: string; expires_in?: number }>(`http://127.0.0.1:${emulator.port}/v1/oauth/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(login !== undefined && { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
    },
    body: form,
  });
const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}`, AppId: 'my-app' });

describe('credentials', () => {
  const [idHeader, keyHeader] = Object.keys(KEY_HEADERS) as [string, string];

  test(
    'anybody with an application id and a key is let in, nobody without',
    openAnd({}, async (emulator) => {
      expect((await emulator.get('stories')).status).toBe(200);
      for (const headers of [{}, { [idHeader]: 'a' }, { [keyHeader]: 'b' }, { [idHeader]: ' ', [keyHeader]: 'b' }]) {
        const { status, body } = await emulator.get<ErrorBody>('stories', {}, headers);
        expect(status).toBe(401);
        expect(body.errors[0]).toMatchObject({ code: 'KB401', title: 'Unauthorized', status: 401 });
      }
    }),
  );

  test(
    'with an account only its own are good',
    openAnd({ account }, async (emulator) => {
      const statusOf = async (id: string, key: string) =>
        (await emulator.get('stories', {}, { [idHeader]: id, [keyHeader]: key })).status;
      expect(await statusOf('my-app', 'my-key')).toBe(200);
      expect(await statusOf('my-app', 'other')).toBe(401);
      expect(await statusOf('other', 'my-key')).toBe(401);
      expect((await askToken(emulator, 'me:my:password')).status).toBe(200);
      expect((await askToken(emulator, 'me:other')).status).toBe(401);
    }),
  );

  test(
    'a token is valid with the application id, until it expires',
    openAnd({ quirks: { tokenLifeMs: 60_000 } }, async (emulator) => {
      const { status, body } = await askToken(emulator, 'me:secret');
      expect([status, body.expires_in]).toEqual([200, 60]);
      const statusOf = async (headers: object) => (await emulator.get('stories', {}, headers)).status;
      expect(await statusOf(bearer(body.access_token))).toBe(200);
      expect(await statusOf({ authorization: `Bearer ${body.access_token}` })).toBe(401);
      expect(await statusOf(bearer('made-up'))).toBe(401);
      emulator.setClock(START_MS + 60_000);
      expect(await statusOf(bearer(body.access_token))).toBe(401);
      expect(await statusOf(bearer((await askToken(emulator, 'me:secret')).body.access_token))).toBe(200);
    }),
  );

  test.each([
    ['no user', undefined, 'grant_type=password', 401],
    ['no password', 'me:', 'grant_type=password', 401],
    ['no colon', 'me', 'grant_type=password', 401],
    ['no grant', 'me:secret', '', 400],
    ['another grant', 'me:secret', 'grant_type=client_credentials', 400],
  ])('no token for %s', async (_, login, form, expected) => {
    await openAnd({}, async (emulator) => {
      expect((await askToken(emulator, login, form)).status).toBe(expected);
    })();
  });
});

describe('what is no request for stories', () => {
  test.each([
    ['GET', '/', 404],
    ['GET', '/v6/news/story', 404],
    ['GET', '/v6/news/constructor', 404],
    ['GET', '/v7/news/stories', 404],
    ['GET', '/v6/news/histograms', 404],
    ['POST', '/news/stories', 405],
    ['DELETE', '/v6/news/stories', 405],
    ['GET', '/v1/oauth/token', 405],
    ['GET', `/v6/news/stories?title=${'a'.repeat(2_048)}`, 414],
  ])('%s %.60s is answered with %d', async (method, target, expected) => {
    await openAnd({}, async (emulator) => {
      const { status, body } = await ask<ErrorBody>(`http://127.0.0.1:${emulator.port}${target}`, {
        method,
        headers: KEY_HEADERS,
      });
      expect(status).toBe(expected);
      expect(body.errors[0]).toMatchObject({
        code: `KB${expected}`,
        status: expected,
        id: expect.stringMatching(/^error4/),
      });
    })();
  });
});

describe('the limits', () => {
  const limited = { limits: API_LIMITS };
  const hit = (emulator: TestEmulator, endpoint = 'stories', headers: object = KEY_HEADERS) =>
    emulator.get<ErrorBody>(endpoint, endpoint === 'trends' ? { field: 'language' } : {}, headers);

  test(
    'allow three hits a second for each application and each endpoint',
    openAnd(limited, async (emulator) => {
      for (let i = 0; i < 3; i++) expect((await hit(emulator)).status).toBe(200);
      const { status, body, headers } = await hit(emulator);
      expect(status).toBe(429);
      expect(body.errors[0]).toMatchObject({
        id: 'error429_too_many_request',
        code: 'KB429',
        title: 'Too Many Requests',
        status: 429,
        detail: "You've exceeded your hits per second rate limit (3).",
      });
      expect(headers.get('x-ratelimit-reset')).toBe(String(START_MS / 1_000 + 1));
      expect((await hit(emulator, 'trends')).status).toBe(200);
      expect(
        (await hit(emulator, 'stories', { ...KEY_HEADERS, 'X-AYLIEN-NewsAPI-Application-ID': 'another' })).status,
      ).toBe(200);
      emulator.setClock(START_MS + 1_000);
      expect((await hit(emulator)).status).toBe(200);
    }),
  );

  test(
    'allow sixty hits a minute, and say how many are left and when there are more',
    openAnd(limited, async (emulator) => {
      for (let i = 0; i < 60; i++) {
        emulator.setClock(START_MS + i * 500);
        const { status, headers } = await hit(emulator);
        expect([status, headers.get('x-ratelimit-remaining')]).toEqual([200, String(59 - i)]);
        expect(headers.get('x-ratelimit-limit')).toBe('60');
        expect(headers.get('x-ratelimit-reset')).toBe(String(START_MS / 1_000 + 60));
      }
      emulator.setClock(START_MS + 59_999);
      expect((await hit(emulator)).status).toBe(429);
      emulator.setClock(START_MS + 60_000);
      expect((await hit(emulator)).status).toBe(200);
    }),
  );

  test(
    'count a query that is refused, and say so',
    openAnd(limited, async (emulator) => {
      const { status, headers } = await emulator.get('stories', { per_page: '0' });
      expect([status, headers.get('x-ratelimit-remaining')]).toEqual([422, '59']);
    }),
  );

  test.each([
    ['x-ratelimit', true, false],
    ['hit', false, true],
    ['both', true, true],
    ['none', false, false],
  ] as const)('are told in the headers of %s', async (rateHeaders, isPlain, isHit) => {
    await openAnd({ ...limited, quirks: { rateHeaders } }, async (emulator) => {
      for (const expected of [200, 200, 200, 429]) {
        const { status, headers } = await hit(emulator);
        expect(status).toBe(expected);
        const names = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
        expect(names.map((name) => headers.has(name))).toEqual(names.map(() => isPlain));
        const hits = ['x-ratelimit-hit-limit', 'x-ratelimit-hit-remaining', 'x-ratelimit-hit-period'];
        expect(hits.map((name) => headers.has(name))).toEqual(hits.map(() => isHit));
      }
    })();
  });

  test(
    'can be lifted',
    openAnd({ limits: null }, async (emulator) => {
      for (let i = 0; i < 70; i++) expect((await hit(emulator)).status).toBe(200);
    }),
  );
});
