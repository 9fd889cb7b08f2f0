import { gzipSync } from 'node:zlib';
import { NewsApiUnavailableError } from '../../../../src/seed/aylien/news-api-errors.js';
import {
  closedApi,
  errors,
  FakeClock,
  gzipped,
  json,
  page,
  type Reply,
  raw,
  readAll,
  serveReplies,
} from './scripted-api.js';

const MB = 1024 * 1024;
const packedMegabyte = gzipSync(Buffer.alloc(MB));
const story = page([1]);

const hang: Reply = () => undefined;
const cutInTheMiddle: Reply = (response) => {
  response.writeHead(200, { 'Content-Length': '1000' });
  response.write('{"stories": [', () => response.destroy());
};
const byteByByte: Reply = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

describe('an attempt that came to nothing is made again, and says why, after', () => {
  test.each<[string, Reply, string]>([
    [
      '500',
      errors(500, { id: 'oops', code: 'KB500', title: 'Server error', detail: 'try later' }),
      '500 Server error: try later (KB500, oops)',
    ],
    ['502 with HTML', raw('<html>Bad gateway</html>', 502), '502 Bad Gateway'],
    ['503 without a body', raw('', 503), '503 Service Unavailable'],
    ['504', raw('upstream', 504), '504 Gateway Timeout'],
    ['a status that is no answer', raw('{"stories": []}', 204), '204 No Content'],
    ['a redirect to nowhere', raw('', 302), '302 Found'],
    ['HTML with 200', raw('<!doctype html><p>Sign in'), 'HTML or XML where JSON was expected'],
    ['text with 200', raw('OK'), 'text where JSON was expected'],
    ['nothing with 200', raw(''), 'nothing where JSON was expected'],
    ['truncated JSON', raw('{"stories": [{"id": 1}, {"id"'), 'broken JSON where JSON was expected'],
    ['JSON that is no page', json({ stories: { id: 1 } }), 'not a page of stories'],
    ['JSON that is null', json(null), 'not a page of stories'],
    ['a cursor that is no text', page([1], 17), 'not a page of stories'],
    ['a connection that was cut', cutInTheMiddle, 'the connection failed'],
    ['gzip that is none', raw('not gzip at all', 200, { 'Content-Encoding': 'gzip' }), 'the connection failed'],
    ['an answer that unpacks to more than the limit', gzipped(Buffer.alloc(3 * MB)), 'its answer is longer than 1 MB'],
  ])('%s', async (_, fault, reason) => {
    const api = await serveReplies(fault, story);
    const { ids, error, waits } = await readAll(api.base, { limits: { bodyBytes: MB } });
    expect({ ids, error }).toEqual({ ids: [1], error: undefined });
    expect(waits).toEqual([{ reason: expect.stringContaining(reason), ms: 500 }]);
  });

  test.each([
    ['no answer', hang],
    ['an answer of one byte after another', byteByByte],
  ])('%s', async (_, fault) => {
    const { ids, error, waits } = await readAll((await serveReplies(fault, story)).base, {
      limits: { requestMs: 2_000 },
    });
    expect({ ids, error }).toEqual({ ids: [1], error: undefined });
    expect(waits).toEqual([{ reason: 'it did not answer in full within 2 s', ms: 500 }]);
  });
});

test('a gzip bomb takes no more memory than the limit', async () => {
  // Members of a gzip file follow each other: half a megabyte that unpacks to 512.
  const bomb = Buffer.concat(Array.from({ length: 512 }, () => packedMegabyte));
  const api = await serveReplies(raw(bomb, 200, { 'Content-Encoding': 'gzip' }));
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const { error } = await readAll(api.base, { limits: { attempts: 1 } });
  clearInterval(watch);
  expect(error).toMatchObject({ message: expect.stringContaining('its answer is longer than 32 MB') });
  expect(most - before).toBeLessThan(200 * MB);
});

describe('pauses between attempts', () => {
  test('double up to a minute, by chance shorter, and end after eight attempts', async () => {
    const clock = new FakeClock(0.999999);
    const api = await serveReplies(raw('', 503));
    const { error } = await readAll(api.base, { clock, limits: { pageMs: 10_000_000, rates: [] } });
    expect(clock.slept.map((ms) => Math.ceil(ms / 1_000))).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(error).toBeInstanceOf(NewsApiUnavailableError);
    expect(error).toMatchObject({
      message: 'The news API gave no page after 8 attempts in 123 s: it answered 503 Service Unavailable',
      retriable: true,
      exitCode: 4,
    });
    expect(api.seen).toHaveLength(8);
  });

  test('are not begun when they would not leave time for another attempt', async () => {
    const api = await serveReplies(raw('', 503));
    const { error, clock } = await readAll(api.base, { clock: new FakeClock(0.999999), limits: { pageMs: 6_000 } });
    expect(error).toMatchObject({ message: expect.stringMatching(/after 3 attempts in 3 s: it answered 503/) });
    expect(clock.slept).toHaveLength(2);
  });

  test('are never shorter than the API asks for', async () => {
    const api = await serveReplies(raw('', 503, { 'Retry-After': '7' }), story);
    expect((await readAll(api.base)).waits).toEqual([{ reason: 'it answered 503 Service Unavailable', ms: 7_000 }]);
  });

  test('a request is given no more time than is left for the page', async () => {
    const { error } = await readAll((await serveReplies(hang)).base, { limits: { pageMs: 300, attempts: 1 } });
    expect(error).toMatchObject({ message: expect.stringContaining('it did not answer in full within 1 s') });
  });

  test('where nobody listens, the reason is named', async () => {
    const { error, waits } = await readAll(await closedApi(), { limits: { attempts: 2 } });
    expect(waits).toEqual([{ reason: 'the connection failed (ECONNREFUSED)', ms: 500 }]);
    expect(error).toBeInstanceOf(NewsApiUnavailableError);
  });
});

describe('an answer of 429', () => {
  const at = (seconds: number) => `${Date.parse('2026-11-23T22:00:00Z') / 1000 + seconds}`;
  const date = 'Mon, 23 Nov 2026 22:00:00 GMT';
  const later = 'Mon, 23 Nov 2026 22:00:05 GMT';

  test.each<[string, Record<string, string>, number]>([
    [
      'until the reset',
      { Date: date, 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': at(42) },
      42_000,
    ],
    ['until the reset, however the header is written', { Date: date, 'x-rAtElImIt-rEsEt': at(3) }, 3_000],
    ['until the reset by the clock of the API', { Date: later, 'X-RateLimit-Reset': at(42) }, 37_000],
    ['a second at least', { Date: date, 'X-RateLimit-Reset': at(0) }, 1_000],
    ['ten seconds when the reset is long over', { Date: date, 'X-RateLimit-Reset': at(-5) }, 10_000],
    ['ten seconds when the reset is too far away', { Date: date, 'X-RateLimit-Reset': at(121) }, 10_000],
    ['ten seconds when the reset is no number', { Date: date, 'X-RateLimit-Reset': 'soon' }, 10_000],
    [
      'as long as it asks when the reset cannot be meant',
      { Date: date, 'X-RateLimit-Reset': at(9_999), 'Retry-After': '4' },
      4_000,
    ],
    ['as many seconds as it asks', { 'Retry-After': '17' }, 17_000],
    ['until the date it asks for', { Date: date, 'Retry-After': later }, 5_000],
    ['ten seconds when it asks for nothing sensible', { 'Retry-After': '-3' }, 10_000],
    [
      'ten seconds with the other headers',
      { 'x-ratelimit-hit-limit': '60', 'x-ratelimit-hit-remaining': '0', 'x-ratelimit-hit-period': 'minute' },
      10_000,
    ],
    ['ten seconds without headers', {}, 10_000],
  ])('is waited out %s', async (_, headers, ms) => {
    const body = {
      id: 'error429_too_many_request',
      code: 'KB429',
      title: 'Too Many Requests',
      status: 429,
      detail: 'per minute',
    };
    const api = await serveReplies(errors(429, body, headers), story);
    const { ids, waits, clock } = await readAll(api.base);
    expect(ids).toEqual([1]);
    const reason = 'it answered 429 Too Many Requests: per minute (KB429, error429_too_many_request)';
    expect(waits).toEqual([{ reason, ms }]);
    expect(clock.slept).toEqual([ms]);
  });

  test('that asks for longer than there is time ends at once', async () => {
    const api = await serveReplies(raw('', 429, { 'Retry-After': '3600' }));
    const { error, clock } = await readAll(api.base);
    expect(error).toBeInstanceOf(NewsApiUnavailableError);
    expect(clock.slept).toEqual([]);
  });
});

describe('a request that the API refuses', () => {
  test('fails at once, with code, id, title and detail', async () => {
    const body = { id: 'error422', code: 'KB422', title: 'Invalid parameter', status: '422', detail: 'aql: syntax' };
    const api = await serveReplies(errors(422, body), story);
    const { error, waits } = await readAll(api.base);
    expect(error).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(error).toMatchObject({
      message: 'The news API refused the request: 422 Invalid parameter: aql: syntax (KB422, error422)',
      refusal: { status: 422, apiCode: 'KB422', apiId: 'error422', title: 'Invalid parameter', detail: 'aql: syntax' },
      exitCode: 5,
      retriable: false,
    });
    expect(waits).toEqual([]);
    expect(api.seen).toHaveLength(1);
  });

  test.each<[number, Reply, string]>([
    [400, raw('<Error/>', 400), '400 Bad Request'],
    [401, raw('', 401), '401 Unauthorized'],
    [403, json({ errors: 'none' }, 403), '403 Forbidden'],
    [404, json([], 404), '404 Not Found'],
    [405, json({ errors: [null] }, 405), '405 Method Not Allowed'],
    [414, gzipped(Buffer.alloc(3 * MB), 414), '414 URI Too Long'],
  ])('%i needs no body that can be read', async (status, reply, said) => {
    const api = await serveReplies(reply);
    const { error } = await readAll(api.base, { limits: { bodyBytes: MB } });
    expect(error).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(error).toMatchObject({ message: `The news API refused the request: ${said}`, refusal: { status } });
    expect(api.seen).toHaveLength(1);
  });

  test('cannot steer the terminal, nor fill it', async () => {
    const detail = `\u001b]0;owned\u0007\u202Eevil\r\n${'long '.repeat(10_000)}`;
    const { error } = await readAll((await serveReplies(errors(400, { title: 'T', detail }))).base);
    const { message } = error as Error;
    expect(message).not.toMatch(/\p{C}/u);
    expect(message.length).toBeLessThan(400);
    expect(message).toContain('evil long long');
  });
});
