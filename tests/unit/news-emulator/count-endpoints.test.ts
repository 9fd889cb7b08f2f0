import { type ErrorBody, openEmulator, type TestEmulator } from './open-emulator.js';

const DAY = { 'published_at.start': 'NOW-1DAY', 'published_at.end': 'NOW' };

interface Series {
  readonly period: string;
  readonly time_series: ReadonlyArray<{ count: number; published_at: string }>;
}
interface Trends {
  readonly field: string;
  readonly trends: ReadonlyArray<{ value: string; count: number }>;
}
interface Clusters {
  readonly cluster_count: number;
  readonly next_page_cursor: string;
  readonly clusters: ReadonlyArray<{ id: number; story_count: number; earliest_story: string; latest_story: string }>;
}

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

describe('GET /time_series', () => {
  test('counts in periods what /stories lists', async () => {
    const query = { ...DAY, language: 'en' };
    const { body } = await emulator.get<Series>('time_series', { ...query, period: '+6HOURS' });
    const times = (await emulator.all(query)).map((story) => Date.parse(story.published_at));
    expect(body.period).toBe('+6HOURS');
    expect(body.time_series.map(({ published_at }) => published_at)).toEqual(
      ['23T12', '23T18', '24T00', '24T06'].map((hour) => `2026-11-${hour}:00:00Z`),
    );
    for (const { count, published_at } of body.time_series) {
      const start = Date.parse(published_at);
      expect(count).toBe(times.filter((ms) => ms >= start && ms < start + 6 * 3_600_000).length);
      expect(count).toBeGreaterThan(0);
    }
  });

  test('looks by default at the seven whole days before, day by day', async () => {
    const { body } = await emulator.get<Series>('time_series');
    expect(body).toMatchObject({
      period: '+1DAY',
      'published_at.start': '2026-11-17T00:00:00Z',
      'published_at.end': '2026-11-24T00:00:00Z',
    });
    expect(body.time_series).toHaveLength(7);
    expect(body.time_series[0]?.count).toBe(0);
  });

  test.each([
    [{ period: '+0DAYS' }, 'period must be such as +1DAY'],
    [{ period: 'daily' }, 'period must be such as +1DAY'],
    [{ period: '+1SECOND', ...DAY }, 'There are more than 1000 periods'],
  ])('refuses %j', async (parameters, detail) => {
    const { status, body } = await emulator.get<ErrorBody>('time_series', parameters as Record<string, string>);
    expect(status).toBe(422);
    expect(body.errors[0]?.detail).toContain(detail);
  });
});

describe('GET /trends', () => {
  test('counts each value once a story, the most frequent first', async () => {
    const { body } = await emulator.get<Trends>('trends', { ...DAY, field: 'entities.id' });
    const stories = await emulator.all(DAY);
    expect(body.trends.map(({ count }) => count)).toEqual(body.trends.map(({ count }) => count).sort((a, b) => b - a));
    for (const { value, count } of body.trends) {
      expect(count).toBe(stories.filter(({ entities }) => entities.some(({ id }) => id === value)).length);
    }
  });

  test.each(['', 'colour'])('refuses the field %j', async (field) => {
    expect((await emulator.get('trends', { field })).status).toBe(422);
  });
});

describe('GET /clusters', () => {
  test('pages through every cluster once, the largest first', async () => {
    const clusters: Clusters['clusters'][number][] = [];
    let total = 0;
    for (let cursor = '*'; ; ) {
      const { body } = await emulator.get<Clusters>('clusters', { ...DAY, per_page: '20', cursor });
      total = body.cluster_count;
      if (body.clusters.length === 0) break;
      clusters.push(...body.clusters);
      cursor = body.next_page_cursor;
    }
    const stories = await emulator.all(DAY);
    expect(new Set(clusters.map(({ id }) => id)).size).toBe(total);
    expect(total).toBe(new Set(stories.flatMap((story) => story.clusters)).size);
    expect(clusters.map(({ story_count }) => story_count)).toEqual(
      clusters.map(({ story_count }) => story_count).sort((a, b) => b - a),
    );
    expect(clusters[0]?.story_count).toBeGreaterThan(1);
    for (const { id, story_count, earliest_story, latest_story } of clusters) {
      const times = stories
        .filter((story) => story.clusters.includes(id))
        .map(({ published_at }) => published_at)
        .sort();
      expect([story_count, earliest_story, latest_story]).toEqual([times.length, times[0], times.at(-1)]);
    }
  });
});
