import { openNewsApi } from '../../../../src/seed/aylien/client.js';
import { DEFAULT_LIMITS } from '../../../../src/seed/aylien/client-limits.js';
import { RequestPacer } from '../../../../src/seed/aylien/request-pacer.js';
import { systemClock } from '../../../../src/seed/pace/system-clock.js';
import { failureOf } from '../../failure-of.js';
import { credentialsOf, FakeClock, KEY, page, QUERY, type Reply, raw, readAll, serveReplies } from './scripted-api.js';

const INTERRUPTED = new Error('interrupted');

describe('the rates of the API', () => {
  const many = Array.from({ length: 130 }, (_, number) => page([number], `c${number}`));

  test('are kept in every stretch of a second and of a minute, and long waits are told', async () => {
    const clock = new FakeClock();
    const sentAt: number[] = [];
    const timed = many.map(
      (reply): Reply =>
        (response, request) => {
          sentAt.push(clock.now());
          reply(response, request);
        },
    );
    const { ids, waits } = await readAll((await serveReplies(...timed, page([]))).base, { clock });
    expect(ids).toHaveLength(130);
    const mostWithin = (ms: number) =>
      Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + ms).length));
    expect([mostWithin(1_000), mostWithin(60_000)]).toEqual([3, 60]);
    // Two full minutes, and no second more than these need.
    expect((sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0)).toBeLessThan(125_000);
    expect(waits.some(({ ms }) => ms > 30_000)).toBe(true);
    expect(waits.every(({ reason }) => reason === 'it takes no more requests for now')).toBe(true);
  });
});

describe('RequestPacer', () => {
  test('waits no longer for a clock that was put back, and keeps the rates', () => {
    const clock = new FakeClock();
    const pacer = new RequestPacer(DEFAULT_LIMITS.rates, clock);
    for (let sent = 0; sent < 3; sent++) expect(pacer.take()).toBe(0);
    clock.nowMs -= 3_600_000;
    expect(pacer.take()).toBe(1_000);
    clock.nowMs += 1_000;
    for (let sent = 0; sent < 3; sent++) expect(pacer.take()).toBe(0);
    expect(pacer.take()).toBe(1_000);
  });
});

describe('systemClock', () => {
  test('sleeps also for longer than a timer can be set to, until the signal', async () => {
    const stop = new AbortController();
    const failure = failureOf(systemClock.sleep(40 * 86_400_000, stop.signal));
    setTimeout(() => stop.abort(INTERRUPTED), 50);
    expect(await failure).toBe(INTERRUPTED);
  });
});

describe('an interrupt', () => {
  const hang: Reply = () => undefined;
  const neverEnding: Reply = (response) => {
    response.writeHead(200).write('{"stories": [');
  };

  test.each<[string, Reply]>([
    ['the wait for an answer', hang],
    ['the wait for the rest of an answer', neverEnding],
    ['the pause after a fault', raw('', 503, { 'Retry-After': '200' })],
    ['the pause after a 429', raw('', 429, { 'Retry-After': '200' })],
  ])('ends %s at once, with its own reason', async (_, reply) => {
    const stop = new AbortController();
    const begun = new AbortController();
    const api = await serveReplies((response, request) => {
      reply(response, request);
      setTimeout(() => begun.abort(), 50);
    });
    begun.signal.addEventListener('abort', () => stop.abort(INTERRUPTED));
    const client = openNewsApi({
      version: 'v6',
      baseUrl: api.base,
      credentials: await credentialsOf(KEY),
      onWait: () => {},
    });
    expect(await failureOf(client.pages(QUERY, stop.signal).next())).toBe(INTERRUPTED);
    expect(api.seen).toHaveLength(1);
  });

  test('ends the wait for the rates of the API at once', async () => {
    const stop = new AbortController();
    const api = await serveReplies(page([1], 'c1'), page([2]));
    const client = openNewsApi({
      version: 'v6',
      baseUrl: api.base,
      credentials: await credentialsOf(KEY),
      limits: { rates: [{ requests: 1, everyMs: 500_000 }] },
      onWait: () => setImmediate(() => stop.abort(INTERRUPTED)),
    });
    const pages = client.pages(QUERY, stop.signal);
    expect((await pages.next()).value).toMatchObject({ stories: [{ id: 1 }] });
    expect(await failureOf(pages.next())).toBe(INTERRUPTED);
    expect(api.seen).toHaveLength(1);
  });

  test('before the first request keeps it from being sent', async () => {
    const api = await serveReplies(page([1]));
    expect((await readAll(api.base, { signal: AbortSignal.abort(INTERRUPTED) })).error).toBe(INTERRUPTED);
    expect(api.seen).toEqual([]);
  });

  test('leaves nothing behind at the signal, however many requests there were', async () => {
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => {
      listening++;
      add(...args);
    }) as typeof add;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
      listening--;
      remove(...args);
    }) as typeof remove;
    const api = await serveReplies(page([1], 'c1'), raw('', 503), page([2], 'c2'), page([]));
    expect(await readAll(api.base, { signal })).toMatchObject({ ids: [1, 2] });
    expect(listening).toBe(0);
  });
});
