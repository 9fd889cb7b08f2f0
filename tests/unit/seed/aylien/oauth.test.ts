import { UsageError } from '../../../../src/errors.js';
import { errors, json, page, raw, readAll, serveReplies, USER } from './scripted-api.js';

const token = (name: string) => json({ access_token: name, token_type: 'bearer', expires_in: 3600 });
const unauthorized = errors(401, { code: 'KB401', title: 'Unauthorized' });

describe('a user and password', () => {
  test('are exchanged for a token once, which goes with each request', async () => {
    const api = await serveReplies(token('t1'), page([1], 'c1'), page([2]));
    expect(await readAll(api.base, { env: USER })).toMatchObject({ ids: [1, 2], error: undefined });
    expect(api.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/oauth/token',
      'GET /v6/news/stories',
      'GET /v6/news/stories',
    ]);
    const basic = Buffer.from(`${USER.AYLIEN_USERNAME}:${USER.AYLIEN_PASSWORD}`, 'utf8').toString('base64');
    expect(api.seen[0]).toMatchObject({
      body: 'grant_type=password',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    });
    for (const { headers } of api.seen.slice(1)) {
      expect(headers).toMatchObject({ authorization: 'Bearer t1', appid: USER.AYLIEN_APP_ID });
      expect(headers['x-aylien-newsapi-application-key']).toBeUndefined();
    }
  });

  test('get a new token when the old one is not taken any more', async () => {
    const api = await serveReplies(token('t1'), page([1], 'c1'), unauthorized, token('t2'), page([2]));
    expect(await readAll(api.base, { env: USER })).toMatchObject({ ids: [1, 2], waits: [], error: undefined });
    expect(api.seen.at(-1)?.headers.authorization).toBe('Bearer t2');
    expect(api.seen.at(-1)?.params.get('cursor')).toBe('c1');
  });

  test('fail when the new token is not taken either', async () => {
    const api = await serveReplies(token('t1'), unauthorized, token('t2'), unauthorized);
    const { error } = await readAll(api.base, { env: USER });
    expect(error).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(error).toMatchObject({ refusal: { status: 401, apiCode: 'KB401' } });
    expect(api.seen).toHaveLength(4);
  });

  test('that are wrong fail at once', async () => {
    const api = await serveReplies(unauthorized);
    expect((await readAll(api.base, { env: USER })).error).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(api.seen).toHaveLength(1);
  });

  test.each([
    ['an error of the server', raw('', 503), 'it answered 503 Service Unavailable'],
    ['HTML', raw('<html>'), 'it answered with HTML or XML where JSON was expected'],
    ['no token', json({ error: 'none' }), 'it answered the request for a token without one'],
    [
      'a token with a line break',
      json({ access_token: 'a\r\nX: y' }),
      'it answered the request for a token without one',
    ],
  ])('are sent again after %s in place of a token', async (_, fault, reason) => {
    const api = await serveReplies(fault, token('t1'), page([1]));
    expect(await readAll(api.base, { env: USER })).toMatchObject({ ids: [1], waits: [{ reason, ms: 500 }] });
  });

  test('are nothing for v5', async () => {
    const api = await serveReplies(token('t1'));
    expect((await readAll(api.base, { env: USER, version: 'v5' })).error).toBeInstanceOf(UsageError);
    expect(api.seen).toEqual([]);
  });
});
