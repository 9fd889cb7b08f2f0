import type { Quirks } from '../../../src/news-emulator/quirks.js';
import {
  ask,
  type ErrorBody,
  KEY_HEADERS,
  openEmulator,
  type Page,
  START_MS,
  type TestEmulator,
} from './open-emulator.js';

const ALL = { 'published_at.start': 'NOW-2DAYS', 'published_at.end': 'NOW' };
const ids = (stories: Page['stories']) => stories.map(({ id }) => id);
const times = (stories: Page['stories']) => stories.map(({ published_at }) => Date.parse(published_at));

describe('GET /stories', () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await openEmulator();
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.setClock(START_MS));

  test('answers with ten stories, the newest first, in the envelope of the API', async () => {
    const { status, headers, body } = await emulator.get('stories', ALL);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(Object.keys(body)).toEqual(['stories', 'next_page_cursor', 'published_at.start', 'published_at.end']);
    expect(body.stories).toHaveLength(10);
    expect(times(body.stories)).toEqual([...times(body.stories)].sort((a, b) => b - a));
  });

  test('pages through every story once, in both directions, ties by id ascending', async () => {
    const [down, up] = [await emulator.all(ALL), await emulator.all({ ...ALL, sort_direction: 'asc', per_page: '7' })];
    expect(new Set(ids(down)).size).toBe(down.length);
    expect(down.length).toBe(emulator.feed.released);
    const byTime = (sign: number) => (a: Page['stories'][0], b: Page['stories'][0]) =>
      sign * (Date.parse(a.published_at) - Date.parse(b.published_at)) || a.id - b.id;
    expect(ids(down)).toEqual(ids([...down].sort(byTime(-1))));
    expect(ids(up)).toEqual(ids([...down].sort(byTime(1))));
    expect(new Set(times(down)).size).toBeLessThan(down.length);
  });

  test('has a cursor of the time and the id of the last story, so that the server keeps no state', async () => {
    const { body } = await emulator.get('stories', ALL);
    const last = body.stories.at(-1);
    const text = Buffer.from(body.next_page_cursor ?? '', 'base64').toString();
    expect(text).toBe(`${Date.parse(last?.published_at ?? '')},${last?.id}`);
    const other = await openEmulator();
    const [here, there] = [emulator, other].map((one) =>
      one.get('stories', { ...ALL, cursor: body.next_page_cursor ?? '' }),
    );
    expect((await there)?.body).toEqual((await here)?.body);
    await other.close();
  });

  test('resolves date math by its clock, and writes bounds without zeros at their end', async () => {
    emulator.setClock(START_MS + 520);
    const { body } = await emulator.get('stories', {
      'published_at.start': 'NOW-1HOUR',
      'published_at.end': 'NOW/DAY',
    });
    expect(body['published_at.start']).toBe('2026-11-24T11:00:00.52Z');
    expect(body['published_at.end']).toBe('2026-11-24T00:00:00Z');
    expect(body.stories).toEqual([]);
  });

  test('keeps to its bounds', async () => {
    const bounds = { 'published_at.start': '2026-11-24T06:00:00Z', 'published_at.end': '2026-11-24T09:30:00.000Z' };
    const found = times(await emulator.all(bounds));
    const everything = times(await emulator.all(ALL));
    const [start, end] = Object.values(bounds).map((text) => Date.parse(text));
    expect(found.length).toBeGreaterThan(10);
    expect(found).toEqual(everything.filter((ms) => ms >= (start ?? 0) && ms <= (end ?? 0)));
  });

  test('without bounds looks back two weeks, and says so', async () => {
    const { body } = await emulator.get('stories');
    expect(body['published_at.start']).toBe('2026-11-10T12:00:00Z');
    expect(body).not.toHaveProperty(['published_at.end']);
    expect(body.stories).toHaveLength(10);
  });

  test('releases stories as the clock passes, some of them late', async () => {
    const before = new Set(ids(await emulator.all(ALL)));
    const released = { 'published_at.start': '2026-11-24T12:00:00Z', 'published_at.end': '2026-11-24T12:01:10Z' };
    emulator.setClock(START_MS + 70_000);
    const soon = await emulator.all(released);
    expect(soon.length).toBeGreaterThan(50);
    expect(soon.filter(({ id }) => before.has(id))).toEqual([]);
    emulator.setClock(START_MS + 300_000);
    const later = await emulator.all(released);
    expect(later).toHaveLength(70);
    expect(later.length).toBeGreaterThan(soon.length);
    expect(emulator.feed.released).toBe(400);
  });

  test.each<[string, Record<string, string>, (story: Page['stories'][0]) => boolean]>([
    ['aql', { aql: 'entities:({{id:Q246 AND overall_prominence:>=0.65}})' }, (story) => isAbout(story, 'Q246')],
    ['a v6 block', { entities: '{{id:Q246 AND overall_prominence:>=0.65}}' }, (story) => isAbout(story, 'Q246')],
    ['a language in brackets', { language: '(de)' }, ({ language }) => language === 'de'],
    ['a negated language', { '!language[]': 'en' }, ({ language }) => language !== 'en'],
    ['a title', { title: '"Audi" OR "BMW"' }, ({ title }) => /\b(Audi|BMW)\b/.test(title)],
    ['an id', { 'entities.id[]': 'Q246' }, ({ entities }) => entities.some(({ id }) => id === 'Q246')],
    [
      'a link of Wikidata',
      { 'entities.links.wikidata[]': 'https://www.wikidata.org/wiki/Q246' },
      ({ entities }) => entities.some(({ id }) => id === 'Q246'),
    ],
    [
      'two parameters',
      { 'source.domain[]': 'cars.example.org', 'sentiment.title.polarity': 'negative' },
      ({ source, sentiment }) => source.domain === 'cars.example.org' && sentiment.title.polarity === 'negative',
    ],
  ])('finds by %s what it should, and nothing else', async (_, parameters, fits) => {
    const [found, everything] = [await emulator.all({ ...ALL, ...parameters }), await emulator.all(ALL)];
    expect(found.length).toBeGreaterThan(0);
    expect(ids(found)).toEqual(ids(everything.filter(fits)));
  });

  const isAbout = ({ entities }: Page['stories'][0], wanted: string) =>
    entities.some(({ id, overall_prominence }) => id === wanted && overall_prominence >= 0.65);

  test('takes a repeated parameter for either of its values', async () => {
    const query = 'published_at.start=NOW-2DAYS&per_page=100&entities.id[]=Q246&entities.id[]=Q26678';
    const { body } = await emulator.get('stories', query);
    const named = body.stories.map(({ entities }) => entities.map(({ id }) => id));
    expect(named.filter((found) => !found.includes('Q246') && !found.includes('Q26678'))).toEqual([]);
    for (const id of ['Q246', 'Q26678']) expect(named.some((found) => found.includes(id))).toBe(true);
  });

  test('sends only the keys that `return` names', async () => {
    for (const query of ['return=id,title', 'return[]=id&return[]=title', 'return=(id title)']) {
      const { body } = await emulator.get('stories', query);
      expect(body.stories.map((story) => Object.keys(story))).toEqual(new Array(10).fill(['id', 'title']));
    }
  });

  test('warns if it does not know the order that is asked for', async () => {
    const { body } = await emulator.get('stories', { sort_by: 'relevance' });
    expect(body.warnings?.[0]?.detail).toContain('sorts by published_at');
    expect((await emulator.get('stories', { sort_by: 'published_at' })).body).not.toHaveProperty('warnings');
  });

  test('serves v5 beside v6, whose stories have no link to related ones', async () => {
    const [v5, v6] = await Promise.all([
      ask<Page>(`${emulator.v5Url}/stories`, { headers: KEY_HEADERS }),
      ask<Page>(`${emulator.url}/stories`, { headers: KEY_HEADERS }),
    ]);
    expect(ids(v5.body.stories)).toEqual(ids(v6.body.stories));
    expect(v5.body.stories[0]?.links).toHaveProperty(
      'related_stories',
      `/related_stories?story_id=${v5.body.stories[0]?.id}`,
    );
    expect(v6.body.stories[0]?.links).not.toHaveProperty('related_stories');
  });

  test.each<[Record<string, string>, string]>([
    [{ per_page: '0' }, 'per_page must be a whole number from 1 to 100'],
    [{ per_page: '101' }, 'per_page'],
    [{ per_page: 'ten' }, 'per_page'],
    [{ per_page: '1e1' }, 'per_page'],
    [{ sort_direction: 'down' }, 'sort_direction must be asc or desc'],
    [{ sort_by: 'size' }, 'sort_by cannot be `size`'],
    [{ cursor: 'nonsense' }, 'The cursor `nonsense` was not sent by this API'],
    [{ 'published_at.start': 'yesterday' }, 'published_at.start: `yesterday` is not a time'],
    [{ aql: 'title:(audi' }, 'aql: the query ends too early, where `)` was expected'],
    [{ aql: 'audi', aql_default_field: 'headline' }, 'aql: there is no field `headline`'],
    [{ title: '"audi' }, 'title: cannot read `"audi`'],
  ])('refuses %j with 422', async (parameters, detail) => {
    const { status, body } = await emulator.get<ErrorBody>('stories', parameters);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ code: 'KB422', title: 'Unprocessable Entity', status: 422 });
    expect(body.errors[0]?.detail).toContain(detail);
  });

  test('ignores parameters that do not exist', async () => {
    const { body } = await emulator.get('stories', { perPage: '50', num_stories: '50' });
    expect(body.stories).toHaveLength(10);
  });
});

describe('a quirk', () => {
  const withQuirks = async <T>(quirks: Partial<Quirks>, work: (emulator: TestEmulator) => Promise<T>): Promise<T> => {
    const emulator = await openEmulator({ quirks });
    try {
      return await work(emulator);
    } finally {
      await emulator.close();
    }
  };
  /** The last page with stories, the request for it, and the page after it if there is a cursor for one. */
  const walkToEnd = async (emulator: TestEmulator) => {
    for (let cursor = '*'; ; ) {
      const { body } = await emulator.get('stories', { ...ALL, per_page: '100', cursor });
      const next = body.next_page_cursor;
      if (body.stories.length === 0) return { cursor, next, stories: 0 };
      if (next === undefined || next === '*') return { cursor, next, stories: body.stories.length };
      cursor = next;
    }
  };

  test('end=same-cursor: an empty page with the cursor that was sent', async () => {
    const { cursor, next, stories } = await withQuirks({}, walkToEnd);
    expect({ next, stories }).toEqual({ next: cursor, stories: 0 });
  });

  test('end=absent: the last page has no cursor', async () => {
    const { next, stories } = await withQuirks({ end: 'absent' }, walkToEnd);
    expect(next).toBeUndefined();
    expect(stories).toBeGreaterThan(0);
  });

  test('end=star: the last page leads to the first', async () => {
    const { next, stories } = await withQuirks({ end: 'star' }, walkToEnd);
    expect(next).toBe('*');
    expect(stories).toBeGreaterThan(0);
  });

  test('end=empty: an empty page with a new cursor', async () => {
    const { cursor, next, stories } = await withQuirks({ end: 'empty' }, walkToEnd);
    expect(stories).toBe(0);
    expect(next).toEqual(expect.any(String));
    expect(['*', cursor]).not.toContain(next);
  });

  test('entities: grouped by title and body, with ids or with texts alone', async () => {
    const first = (emulator: TestEmulator) =>
      emulator.get<{ stories: Array<{ entities: { title: object[]; body: object[] } }> }>('stories', { title: 'Audi' });
    const [ids, texts] = [
      await withQuirks({ entities: 'grouped-ids' }, first),
      await withQuirks({ entities: 'grouped-texts' }, first),
    ];
    const inTitle = ({ body }: Awaited<ReturnType<typeof first>>) =>
      body.stories.flatMap(({ entities }) => entities.title);
    const indices = [[expect.any(Number), expect.any(Number)]];
    const audi = {
      links: { wikidata: 'https://www.wikidata.org/wiki/Q23317' },
      surface_forms: [{ text: 'Audi', indices }],
    };
    expect(inTitle(ids)).toContainEqual(
      expect.objectContaining({ ...audi, id: 'Q23317', links: expect.objectContaining(audi.links) }),
    );
    const named = { text: 'Audi', links: { dbpedia: 'http://dbpedia.org/resource/Audi' }, indices };
    expect(inTitle(texts)).toContainEqual(expect.objectContaining(named));
    expect(inTitle(texts).filter((entity) => 'id' in entity)).toEqual([]);
  });

  test('published-datetime: always or never there', async () => {
    const known = async (emulator: TestEmulator) =>
      (await emulator.all(ALL)).map(({ published_datetime }) => published_datetime !== undefined);
    expect(new Set(await withQuirks({}, known))).toEqual(new Set([true, false]));
    expect(new Set(await withQuirks({ publishedDatetime: 'always' }, known))).toEqual(new Set([true]));
    expect(new Set(await withQuirks({ publishedDatetime: 'never' }, known))).toEqual(new Set([false]));
  });

  test('unknown-parameters=refuse names the parameter', async () => {
    const { status, body } = await withQuirks({ unknownParameters: 'refuse' }, (emulator) =>
      emulator.get<ErrorBody>('stories', { per_page: '5', perPage: '50' }),
    );
    expect([status, body.errors[0]?.detail]).toEqual([422, 'There is no parameter `perPage`.']);
  });

  test('default-window=none looks at everything', async () => {
    const { body } = await withQuirks({ defaultWindowMs: null }, (emulator) => emulator.get('stories'));
    expect(body).not.toHaveProperty(['published_at.start']);
    const { body: narrow } = await withQuirks({ defaultWindowMs: 60_000 }, (emulator) => emulator.get('stories'));
    expect(narrow['published_at.start']).toBe('2026-11-24T11:59:00Z');
  });

  test('error-status=string writes the status as text', async () => {
    const { status, body } = await withQuirks({ errorStatus: 'string' }, (emulator) =>
      emulator.get<ErrorBody>('stories', { per_page: '0' }),
    );
    expect([status, body.errors[0]?.status]).toEqual([422, '422']);
  });
});
