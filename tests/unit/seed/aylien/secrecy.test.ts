import { inspect } from 'node:util';
import { MillraceError } from '../../../../src/errors.js';
import { openNewsApi } from '../../../../src/seed/aylien/client.js';
import {
  credentialsOf,
  errors,
  json,
  KEY,
  page,
  QUERY,
  type Reply,
  raw,
  readAll,
  serveReplies,
  USER,
} from './scripted-api.js';

const TOKEN = 'token-secret-42';
const BASIC = Buffer.from(`${USER.AYLIEN_USERNAME}:${USER.AYLIEN_PASSWORD}`).toString('base64');
const USED: readonly [env: Record<string, string>, secrets: readonly string[]][] = [
  [KEY, Object.values(KEY)],
  [USER, [...Object.values(USER), TOKEN, BASIC]],
];
const ALL = USED.flatMap(([, secrets]) => secrets);

const shown = (value: unknown) =>
  [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
    (value as Error)?.stack,
  ].join('\n');

/** What a server does that repeats all it was sent. */
const echo =
  (status: number): Reply =>
  (response, request) => {
    const detail = `${'x'.repeat(200)} ${Object.values(request.headers).join(' ')}`;
    errors(status, { title: ALL.join(' '), detail, code: KEY.AYLIEN_API_KEY, id: TOKEN })(response, request);
  };
const brokenHttp: Reply = (response, { headers }) => {
  response.socket?.end(`HTTP/1.1 200 OK\r\n${JSON.stringify(headers)}\r\n\r\n`);
};
const token = json({ access_token: TOKEN });

describe('no credential is shown', () => {
  test.each<[string, Reply]>([
    ['is refused', echo(422)],
    ['is not authorized', echo(401)],
    ['is limited', echo(429)],
    ['fails at the server', echo(500)],
    ['is answered with what is no HTTP', brokenHttp],
    ['is answered with HTML', raw(`<html>${ALL}</html>`)],
    ['is answered with broken JSON', raw(`{"stories": ["${ALL}`)],
    ['is redirected to another host', raw('', 302, { Location: `http://${KEY.AYLIEN_API_KEY}.example.org/?${TOKEN}` })],
    ['is cut off', (response) => response.destroy()],
  ])('when a request %s', async (_, reply) => {
    for (const [env, secrets] of USED) {
      const api = await serveReplies(...(env === USER ? [token] : []), reply);
      const { error, waits } = await readAll(api.base, { env, limits: { attempts: 2 } });
      expect(error).toBeInstanceOf(MillraceError);
      for (const secret of secrets) expect(shown(error) + shown(waits)).not.toContain(secret);
    }
  });

  test('when the request for a token fails', async () => {
    const { error } = await readAll((await serveReplies(echo(401))).base, { env: USER });
    expect(error).toMatchObject({ message: expect.stringContaining('***') });
    for (const secret of [...Object.values(USER), BASIC]) expect(shown(error)).not.toContain(secret);
  });

  test('when a token is not taken any more', async () => {
    const api = await serveReplies(token, echo(401), echo(403));
    const { error } = await readAll(api.base, { env: USER });
    expect(error).toMatchObject({ refusal: { status: 403 } });
    expect(shown(error)).not.toContain(TOKEN);
  });

  test.each(USED)('in a warning', async (env, secrets) => {
    const api = await serveReplies(...(env === USER ? [token] : []), page([], undefined, { warnings: ALL }));
    const { pages } = await readAll(api.base, { env });
    expect(pages[0]?.warnings).toContain('***');
    for (const secret of secrets) expect(shown(pages)).not.toContain(secret);
  });

  test.each(USED)('by the client, nor by the credentials themselves', async (env, secrets) => {
    const credentials = await credentialsOf(env);
    const api = openNewsApi({ version: 'v6', credentials, onWait: () => undefined });
    const pages = api.pages(QUERY, new AbortController().signal);
    expect(credentials.appId.reveal()).toBe(env.AYLIEN_APP_ID);
    for (const secret of secrets) expect(shown(credentials) + shown(api) + shown(pages)).not.toContain(secret);
    expect(`${credentials.appId}`).toBe('***');
  });
});
