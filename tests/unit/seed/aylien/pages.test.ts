import { UsageError } from '../../../../src/errors.js';
import { openNewsApi } from '../../../../src/seed/aylien/client.js';
import { NewsApiUnavailableError } from '../../../../src/seed/aylien/news-api-errors.js';
import { credentialsOf, json, KEY, page, QUERY, readAll, serveReplies } from './scripted-api.js';

describe('the pages of a query', () => {
  test('are asked for oldest first, a hundred stories each, with id and key as headers', async () => {
    const api = await serveReplies(page([1, 2], 'c1'), page([3], 'c2'), page([], 'c2'));
    expect(await readAll(api.base)).toMatchObject({ ids: [1, 2, 3], error: undefined });
    expect(api.seen.map(({ params }) => params.get('cursor'))).toEqual(['*', 'c1', 'c2']);
    const [first] = api.seen;
    expect(first?.path).toBe('/v6/news/stories');
    expect(Object.fromEntries(first?.params ?? [])).toEqual({
      aql: QUERY.aql,
      'published_at.start': QUERY.start,
      'published_at.end': QUERY.end,
      sort_by: 'published_at',
      sort_direction: 'asc',
      per_page: '100',
      cursor: '*',
    });
    expect(first?.headers).toMatchObject({
      'x-aylien-newsapi-application-id': KEY.AYLIEN_APP_ID,
      'x-aylien-newsapi-application-key': KEY.AYLIEN_API_KEY,
    });
  });

  test.each([
    ['has no cursor', page([2])],
    ['has null for a cursor', page([2], null)],
    ['has an empty cursor', page([2], '')],
    ['has the cursor that was sent', page([2], 'c1')],
    ['has the cursor of the beginning', page([2], '*')],
  ])('end after the one that %s', async (_, last) => {
    const api = await serveReplies(page([1], 'c1'), last, page([99]));
    expect(await readAll(api.base)).toMatchObject({ ids: [1, 2], error: undefined });
    expect(api.seen).toHaveLength(2);
  });

  test('end after the one without stories, whatever its cursor', async () => {
    const api = await serveReplies(page([1], 'c1'), page([], 'c2'), page([99]));
    expect(await readAll(api.base)).toMatchObject({ ids: [1], error: undefined });
    expect(api.seen).toHaveLength(2);
  });

  test('that go round in circles end with an error, and not never', async () => {
    const api = await serveReplies(page([1], 'c1'), page([2], 'c2'), page([3], 'c1'));
    const { ids, error } = await readAll(api.base);
    expect(ids).toEqual([1, 2, 3]);
    expect(error).toBeInstanceOf(NewsApiUnavailableError);
    expect(error).toMatchObject({
      message: expect.stringContaining('page 3 leads back to an earlier one'),
      retriable: true,
    });
    expect(api.seen).toHaveLength(3);
  });

  test('carry cursors and queries with any characters unchanged', async () => {
    const cursor = 'a+b/c== &cursor=*#%2B "ü"';
    const aql = 'title:("Škoda" OR "A&B+C") AND x:>=0.5';
    const api = await serveReplies(page([1], cursor), page([]));
    await readAll(api.base, { query: { ...QUERY, aql, start: 'NOW+2MONTHS' } });
    const last = api.seen.at(-1)?.params;
    expect([last?.get('cursor'), last?.get('aql'), last?.get('published_at.start')]).toEqual([
      cursor,
      aql,
      'NOW+2MONTHS',
    ]);
  });

  test('give stories of whatever shape as they came', async () => {
    const stories = [{ id: 1 }, null, 'text', [{}]];
    const { pages } = await readAll((await serveReplies(json({ stories }))).base);
    expect(pages[0]?.stories).toEqual(stories);
  });

  test('pass warnings on, each in one line of bounded length', async () => {
    const warnings = [
      { id: 'old', links: {}, detail: 'go\u001b[31m\naway' },
      'in short',
      7,
      {},
      { detail: 'x'.repeat(5_000) },
    ];
    const { pages } = await readAll((await serveReplies(page([], undefined, { warnings }))).base);
    expect(pages[0]?.warnings.slice(0, 3)).toEqual(['old: go [31m away', 'in short', '7']);
    expect(pages[0]?.warnings[3]).toHaveLength(300);
    expect(pages[0]?.warnings).toHaveLength(4);
  });

  test('take no note of warnings that are no list', async () => {
    const { pages } = await readAll((await serveReplies(page([1], undefined, { warnings: { a: 1 } }))).base);
    expect(pages[0]).toMatchObject({ stories: [{ id: 1 }], warnings: [] });
  });

  test('are asked for one after another, none ahead of the reader', async () => {
    const api = await serveReplies(page([1], 'c1'), page([2]));
    const client = openNewsApi({
      version: 'v6',
      baseUrl: api.base,
      credentials: await credentialsOf(KEY),
      onWait: () => {},
    });
    for await (const _ of client.pages(QUERY, new AbortController().signal)) break;
    expect(api.seen).toHaveLength(1);
  });

  test('come from v5 with the same parameters', async () => {
    const api = await serveReplies(page([1]));
    const base = api.base.replace('/v6/news', '/news/');
    expect(await readAll(base, { version: 'v5' })).toMatchObject({ ids: [1] });
    expect(api.seen[0]?.path).toBe('/news/stories');
    expect(api.seen[0]?.params.get('aql')).toBe(QUERY.aql);
  });
});

describe('the quota', () => {
  const resetAt = new Date('2026-11-23T22:01:00Z');
  const ofTheSpec = {
    'X-RateLimit-Limit': '60',
    'X-RATELIMIT-REMAINING': '57',
    'x-ratelimit-reset': `${resetAt.getTime() / 1000}`,
  };
  const ofTheWild = {
    'x-ratelimit-hit-limit': '60',
    'X-RateLimit-Hit-Remaining': '12',
    'x-ratelimit-hit-period': 'minute',
  };

  test.each([
    ['as the specification has it', ofTheSpec, { limit: 60, remaining: 57, resetAt }],
    ['as it was seen', ofTheWild, { limit: 60, remaining: 12, resetAt: null }],
    [
      'without a number',
      { 'X-RateLimit-Limit': 'many', 'X-RateLimit-Remaining': '3' },
      { limit: null, remaining: 3, resetAt: null },
    ],
    ['that resets at no time', { 'X-RateLimit-Reset': '999999999999999' }, null],
    ['not told', {}, null],
  ])('is read %s', async (_, headers: Record<string, string>, quota) => {
    const api = await serveReplies(json({ stories: [] }, 200, headers));
    expect((await readAll(api.base)).quotas).toEqual([quota]);
  });
});

describe('a query that is too long', () => {
  test('is refused before anything is sent', async () => {
    const api = await serveReplies(page([]));
    const { error } = await readAll(api.base, { query: { ...QUERY, aql: `title:(${'Škoda '.repeat(200)})` } });
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message: expect.stringContaining('too long') });
    expect(api.seen).toEqual([]);
  });

  test('is one whose URL would not leave room for a cursor', async () => {
    const api = await serveReplies(page([]));
    const fits = { ...QUERY, aql: 'a'.repeat(1_700) };
    expect((await readAll(api.base, { query: fits })).error).toBeUndefined();
    const sent = `http://${api.host}/v6/news/stories?${api.seen[0]?.params}`;
    const room = 2_048 - sent.length;
    const { error } = await readAll(api.base, { query: { ...QUERY, aql: 'a'.repeat(1_700 + room) } });
    expect(error).toBeInstanceOf(UsageError);
  });
});

describe('the base address', () => {
  test.each([
    'http://api.example.org/v6/news',
    'http://127.0.0.1.example.org/v6/news',
    'ftp://127.0.0.1/v6/news',
    'api.aylien.com/v6/news',
    'https://ada:hush-hush@api.example.org/v6/news',
    'https://api.example.org/v6/news?key=hush-hush',
    '',
  ])('%s is refused before anything is sent', async (base) => {
    const { error } = await readAll(base);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).not.toContain('hush-hush');
  });

  test('cannot lead to another host by its path', async () => {
    const api = await serveReplies(page([1]));
    expect(await readAll(`http://${api.host}//example.org/news/`)).toMatchObject({ ids: [1] });
    expect(api.seen).toHaveLength(1);
  });
});
