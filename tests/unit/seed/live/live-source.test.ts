import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrokerUnreachableError } from '../../../../src/kafka/broker-errors.js';
import { NewsApiUnavailableError, redirectRefused } from '../../../../src/seed/aylien/news-api-errors.js';
import { RecordFile } from '../../../../src/seed/engine/record-file.js';
import type { NewsStory } from '../../../../src/seed/mapping/news/news-record.js';
import { type FeedStory, MemoryFeed, PassingClock, toStory } from '../../../fakes/memory-feed.js';
import { MemoryTopic } from '../../../fakes/memory-topic.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { live, MINUTE, type Session } from './live-session.js';

const root = temporaryFolder();
const T0 = Date.parse('2026-11-24T10:00:00Z');
const keysOf = (...ids: number[]) => ids.map((id) => `aylien:${id}`);
let count = 0;

/** A project, a topic and a clock that several command lines share. */
function world(stories: readonly FeedStory[], perPage?: number, fail?: (page: number) => void) {
  const clock = new PassingClock(T0);
  const api = new MemoryFeed(stories, clock, perPage, fail);
  return { root: join(root, String(++count)), topic: new MemoryTopic(), clock, api };
}

const minutesAgo = (minutes: number) => T0 - minutes * MINUTE;
const story = (id: number, acquiredMs: number, more: Partial<FeedStory> = {}): FeedStory => ({
  id,
  acquiredMs,
  ...more,
});
const follow = (minutes: number): Partial<Session> => ({
  endMs: T0 + minutes * MINUTE,
  options: { isFollowing: true },
});
const unavailable = () => NewsApiUnavailableError.afterAttempts('503', 8, 1_000);

describe('one pass over the live feed', () => {
  test('publishes all pages of the last hour, oldest first, and counts them', async () => {
    const { api, ...rest } = world(
      [1, 2, 3, 4, 5].map((id) => story(id, minutesAgo(70 - 10 * id))).concat(story(9, minutesAgo(61))),
      2,
    );
    const { counts, tally, groups, report, failure } = await live({ api, ...rest });
    expect(failure).toBeUndefined();
    expect(rest.topic.keys.sort()).toEqual(keysOf(1, 2, 3, 4, 5));
    expect(counts).toEqual({ read: 5, published: 5, rejected: 0, duplicates: 0 });
    expect(tally).toMatchObject({ polls: 1, pages: 3 });
    expect(groups).toEqual({ audi: 5 });
    expect(api.asked).toEqual([{ aql: 'audi', start: '2026-11-24T09:00:00.000Z', end: '2026-11-24T10:00:00.000Z' }]);
    expect(report.progressed.at(-1)).toEqual({
      label: 'poll 1, 3 pages, 0 duplicates, 57 of 60 requests left',
      done: 5,
      unit: 'stories',
    });
    expect(rest.topic.values<NewsStory>()[0]).toMatchObject({ query: 'brands:audi', fetched_at_ms: T0 });
  });

  test('goes on where the last one stopped, and not from what is said by then', async () => {
    const w = world([
      story(1, minutesAgo(200)),
      story(2, minutesAgo(130)),
      story(3, minutesAgo(5)),
      story(4, T0 + 200 * MINUTE),
    ]);
    await live({ ...w, options: { sinceMs: minutesAgo(150) } });
    w.clock.nowMs = T0 + 240 * MINUTE;
    const { counts } = await live({ ...w, options: { sinceMs: T0 + 230 * MINUTE } });
    expect(w.topic.keys.sort()).toEqual(keysOf(2, 3, 4));
    expect(counts).toMatchObject({ read: 2, published: 1, duplicates: 1 });
  });

  test('goes further back when that is asked for, and publishes nothing twice', async () => {
    const w = world([1, 2, 3, 4].map((id) => story(id, minutesAgo(300 - 70 * id))));
    await live({ ...w });
    expect(w.topic.keys).toEqual(keysOf(4));
    const { counts } = await live({ ...w, options: { sinceMs: minutesAgo(240) } });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2, 3, 4));
    expect(counts).toMatchObject({ published: 3, duplicates: 1 });
  });

  test('takes a slice by itself, and a later pass still goes on behind the first', async () => {
    const w = world([
      story(1, minutesAgo(600)),
      story(2, minutesAgo(300)),
      story(3, minutesAgo(20)),
      story(4, T0 + MINUTE),
    ]);
    await live({ ...w });
    await live({ ...w, options: { sinceMs: minutesAgo(700), untilMs: minutesAgo(500) } });
    w.clock.nowMs = T0 + 30 * MINUTE;
    await live({ ...w });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 3, 4));
    expect(w.api.asked.map(({ start, end }) => `${start.slice(11, 16)}-${end.slice(11, 16)}`)).toEqual([
      '09:00-10:00',
      '22:20-01:40',
      '09:30-10:30',
    ]);
  });

  test.each([
    ['with both ends', { sinceMs: minutesAgo(700), untilMs: minutesAgo(500) }, '22:20'],
    ['with an end alone: the hour before it', { untilMs: minutesAgo(560) }, '23:40'],
  ])('does not go on from a slice that came first, %s', async (_, options, from) => {
    const w = world([story(1, minutesAgo(600)), story(2, minutesAgo(30))]);
    await live({ ...w, options });
    await live({ ...w });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2));
    expect(w.api.asked.map(({ start }) => start.slice(11, 16))).toEqual([from, '09:00']);
  });

  test('goes on to an end that is given alone, and says so where it begins before --since', async () => {
    const w = world([story(1, minutesAgo(30)), story(2, T0 + 60 * MINUTE), story(3, T0 + 200 * MINUTE)]);
    expect((await live({ ...w })).report.said).toEqual([]);
    w.clock.nowMs = T0 + 240 * MINUTE;
    await live({ ...w, options: { untilMs: T0 + 120 * MINUTE } });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2));
    const options = { isFollowing: true, sinceMs: T0 + 230 * MINUTE };
    const { report } = await live({ ...w, endMs: T0 + 243 * MINUTE, options });
    expect(report.said).toEqual(['goes on from 2026-11-24T10:50:00.000Z, where the last seed stopped']);
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2, 3));
  });

  test('says what to do where the end that is asked for was polled already', async () => {
    const w = world([story(1, minutesAgo(5))]);
    await live({ ...w });
    const { failure } = await live({ ...w, options: { untilMs: minutesAgo(60) } });
    expect(failure).toMatchObject({ exitCode: 2, message: expect.stringMatching(/--until .* is not after/) });
    expect(w.api.asked).toHaveLength(1);
  });

  test('keeps what was asked by another query, or of another address, apart', async () => {
    const w = world([story(1, minutesAgo(30)), story(2, minutesAgo(20))]);
    await live({ ...w });
    w.clock.nowMs = T0 + 20 * MINUTE;
    for (const other of [{ aql: 'bmw' }, { address: 'http://127.0.0.1:8087/v6/news' }]) {
      expect((await live({ ...w, options: other })).counts).toMatchObject({ published: 0, duplicates: 2 });
    }
  });

  test('publishes nothing that the topic holds from a file', async () => {
    const w = world([story(1, minutesAgo(30)), story(2, minutesAgo(20))]);
    w.topic.append([
      { key: 'aylien:2', value: '{"acquired_at_ms":5}' },
      { key: 'aylien:3', value: 'no JSON' },
      { key: 'theirs', value: '{}' },
    ]);
    expect((await live({ ...w })).counts).toMatchObject({ published: 1, duplicates: 1 });
  });

  test('stops after --limit fresh stories, and the next pass has the rest', async () => {
    const w = world([1, 2, 3, 4, 5].map((id) => story(id, minutesAgo(50 - id))));
    expect((await live({ ...w, limit: 2 })).counts).toMatchObject({ read: 2, published: 2 });
    expect((await live({ ...w, limit: 1 })).counts).toMatchObject({ published: 1, duplicates: 2 });
    expect((await live({ ...w })).counts).toMatchObject({ published: 2 });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2, 3, 4, 5));
  });

  test.each([
    ['refuses', () => redirectRefused('elsewhere', 302), 'NEWS_API_REFUSED'],
    ['is not there', unavailable, 'NEWS_API_UNAVAILABLE'],
  ])('ends with what the API says when it %s, and the next goes on from there', async (_, errorOf, code) => {
    let isWell = false;
    const w = world([story(1, minutesAgo(50)), story(2, minutesAgo(20))], 1, (page) => {
      if (page === 2 && !isWell) throw errorOf();
    });
    expect((await live({ ...w })).failure).toMatchObject({ code });
    isWell = true;
    expect((await live({ ...w })).counts).toMatchObject({ published: 1, duplicates: 1 });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2));
  });

  test('goes back to where the first poll began, when that broke off before its first page', async () => {
    let isWell = false;
    const w = world([story(1, minutesAgo(50)), story(2, T0 + MINUTE)], 1, () => {
      if (!isWell) throw new Error('killed');
    });
    expect((await live({ ...w })).failure).toMatchObject({ message: 'killed' });
    isWell = true;
    w.clock.nowMs = T0 + 180 * MINUTE;
    await live({ ...w });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2));
  });

  test('leaves nothing out where the API sends the newest first and the poll breaks off, and says so', async () => {
    let isWell = false;
    const feed = Array.from({ length: 30 }, (_, id) => story(id, minutesAgo(55 - id)));
    const w = world(feed, 10, (page) => {
      if (page === 2 && !isWell) throw new Error('killed');
    });
    w.api.isNewestFirst = true;
    const { failure, report } = await live({ ...w });
    expect(failure).toMatchObject({ message: 'killed' });
    expect(report.warnings).toEqual([expect.stringMatching(/does not send the oldest stories first.* starts over/)]);
    isWell = true;
    await live({ ...w });
    expect(w.topic.keys.sort()).toEqual(keysOf(...feed.map(({ id }) => id)).sort());
  });

  test('takes a first story of the second before its start for no other order', async () => {
    const from = minutesAgo(60) + 500;
    const early = { published_at: new Date(minutesAgo(60)).toISOString() };
    const w = world([story(1, from, { changes: early }), story(2, minutesAgo(50)), story(3, minutesAgo(50))], 1);
    const { report } = await live({ ...w, options: { sinceMs: from } });
    expect(report.warnings).toEqual([]);
    expect(w.topic.keys).toHaveLength(3);
  });

  test('keeps what came in before it is published, but not what had come before', async () => {
    const w = world([story(1, minutesAgo(50)), story(2, minutesAgo(20))]);
    const path = join(root, 'came.ndjson');
    const published: string[] = [];
    for (const limit of [1, undefined]) {
      const record = await RecordFile.open(path);
      const publisher = w.topic.publisher((moment) => {
        if (moment === 'before') published.push(readFileSync(path, 'utf8'));
      });
      await live({ ...w, record, publisher, limit });
      await record.close();
    }
    const lines = [story(1, minutesAgo(50)), story(2, minutesAgo(20))].map(
      (one) => `${JSON.stringify(toStory(one))}\n`,
    );
    expect(published).toEqual([lines[0], lines.join('')]);
  });

  test('says when its stories lie behind what windows would still take', async () => {
    const w = world([story(1, minutesAgo(30))]);
    expect((await live({ ...w, newestEventMs: T0 + 91 * MINUTE })).report.warnings).toEqual([
      expect.stringContaining(
        'stories of 2026-11-24 09:30 UTC are more than 2 hours older than the newest of the topic',
      ),
    ]);
  });
});

describe('the followed feed', () => {
  test('warns of a story that is published long after its event, and not of those that come again', async () => {
    const old = { published_datetime: new Date(minutesAgo(180)).toISOString() };
    const feed = [story(1, minutesAgo(50)), story(2, T0 + MINUTE)];
    expect((await live({ ...world(feed), ...follow(20) })).report.warnings).toEqual([]);
    const { report } = await live({ ...world([...feed, story(3, T0 + 2 * MINUTE, { changes: old })]), ...follow(20) });
    expect(report.warnings).toEqual([
      expect.stringContaining(
        'stories of 2026-11-24 07:00 UTC are more than 2 hours older than the newest of the topic',
      ),
    ]);
  });

  test('goes on polling when the clock here is put back', async () => {
    let isBack = false;
    const w = world([story(1, minutesAgo(70)), story(2, minutesAgo(1))], 100, () => {
      if (!isBack) w.clock.nowMs -= 60 * MINUTE;
      isBack = true;
    });
    const { tally } = await live({ ...w, ...follow(-55) });
    expect(tally.polls).toBeGreaterThan(3);
  });

  test('says once that the API sends the newest first', async () => {
    const w = world([story(1, minutesAgo(2)), story(2, minutesAgo(1))]);
    w.api.isNewestFirst = true;
    const { report, counts } = await live({ ...w, ...follow(5) });
    expect(counts.published).toBe(2);
    expect(report.warnings).toHaveLength(1);
  });

  test('brings each story with the first poll that can see it, also those that come late', async () => {
    const late = story(7, T0 + 2 * MINUTE, { visibleMs: T0 + 2 * MINUTE + 157_000 });
    const w = world([story(1, minutesAgo(1)), story(2, T0 + MINUTE), late, story(8, T0 + 4 * MINUTE)]);
    const { counts, report, failure } = await live({ ...w, ...follow(6) });
    expect(failure).toBeUndefined();
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2, 7, 8));
    expect(counts.published).toBe(4);
    expect(report.items).toHaveLength(7);
    expect(report.items[5]).toEqual({
      ...{ poll: 6, from: '2026-11-24T09:54:00.000Z', to: '2026-11-24T10:05:00.000Z', pages: 1 },
      ...{ read: 4, published: 1, duplicates: 3, rejected: 0, quota: { limit: 60, remaining: 57, resetAt: null } },
    });
  });

  test.each([-30, -5, 5, 30])('loses nothing when the clock here is %d minutes off', async (minutes) => {
    const feed = Array.from({ length: 60 }, (_, id) => story(id, T0 + id * 20_000));
    const apiClock = new PassingClock(T0);
    const clock = new PassingClock(T0 + minutes * MINUTE);
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      apiClock.nowMs += ms;
      await sleep(ms, signal);
    };
    const topic = new MemoryTopic();
    const api = new MemoryFeed(feed, apiClock);
    const options = { isFollowing: true, sinceMs: Math.min(T0, clock.now() - MINUTE) };
    await live({ root: join(root, String(++count)), topic, api, clock, endMs: clock.now() + 60 * MINUTE, options });
    // A clock that is behind asks for what the API has had for a while.
    const seen = minutes < 0 ? feed.filter(({ acquiredMs }) => acquiredMs <= T0 + (60 + minutes) * MINUTE) : feed;
    expect(topic.keys.sort()).toEqual(keysOf(...seen.map(({ id }) => id)).sort());
  });

  test('outlives an API that fails, and goes on from where it broke off', async () => {
    const failing = [2, 3];
    const w = world([story(1, minutesAgo(50)), story(2, minutesAgo(20))], 1, (page) => {
      if (failing.includes(page)) throw unavailable();
    });
    const { report, failure, tally } = await live({ ...w, ...follow(3) });
    expect(failure).toBeUndefined();
    expect(report.warnings).toHaveLength(2);
    expect(report.warnings[0]).toContain('tries again from where this one stopped');
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2));
    expect(tally.polls).toBe(4);
  });

  test.each([
    ['before it took a batch', 'before', 1, { read: 5, published: 4, duplicates: 0 }],
    ['before it took the second batch of a page', 'before', 2, { read: 7, published: 4, duplicates: 2 }],
    ['before it told that it took a batch', 'after', 1, { read: 5, published: 2, duplicates: 2 }],
  ] as const)('counts what adds up when the broker went away %s', async (_, when, batch, counts) => {
    const body = 'a'.repeat(400_000);
    const good = [1, 2, 3, 4].map((id) => story(id, minutesAgo(10 - id), { changes: { body } }));
    const w = world([story(9, minutesAgo(20), { changes: { title: 7 } }), ...good]);
    let batches = 0;
    const publisher = w.topic.publisher((moment) => {
      if (moment === 'before') batches += 1;
      if (moment === when && batches === batch) throw new BrokerUnreachableError('here:9092');
    });
    const session = await live({ ...w, publisher });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2, 3, 4));
    expect(session.counts).toEqual({ ...counts, rejected: 1 });
  });

  test('ends with what an API says that refuses', async () => {
    const w = world([story(1, minutesAgo(50))], 1, (page) => {
      if (page === 3) throw redirectRefused('elsewhere', 302);
    });
    expect((await live({ ...w, ...follow(10) })).failure).toMatchObject({ code: 'NEWS_API_REFUSED' });
  });

  test('keeps a story that is none aside once, not with every poll', async () => {
    const bad = story(1, minutesAgo(1), { changes: { title: 7 } });
    const w = world([bad, story(2, minutesAgo(1))]);
    const { counts, rejects } = await live({ ...w, ...follow(3) });
    expect(counts).toEqual({ read: 8, published: 1, rejected: 1, duplicates: 6 });
    expect(JSON.parse(readFileSync(rejects.path, 'utf8'))).toMatchObject({
      position: 'poll 1, page 1, story 1',
      reason: 'title is 7, not text',
    });
  });

  test('reads back what others write meanwhile, and only that', async () => {
    const w = world([story(1, minutesAgo(1)), story(2, T0 + MINUTE)]);
    const publisher = w.topic.publisher((moment) => {
      if (moment === 'after') w.topic.append([{ key: 'aylien:2', value: '{}' }]);
    });
    const { counts } = await live({ ...w, ...follow(2), publisher });
    expect(w.topic.keys).toEqual(keysOf(1, 2));
    expect(counts).toMatchObject({ published: 1 });
    expect(w.topic.readings.at(-1)).toEqual(
      new Map(w.topic.describe().partitions.map(({ partition, end }) => [partition, end])),
    );
  });

  test('remembers no more than a later poll can bring again', async () => {
    const feed = Array.from({ length: 600 }, (_, id) => story(id, T0 + id * MINUTE));
    const w = world(feed);
    await live({ ...w, ...follow(600) });
    expect(w.topic.keys).toHaveLength(600);
    const state = JSON.parse(readFileSync(join(w.root, '.millrace/seeds/one/news.live.json'), 'utf8'));
    expect(Object.keys(state.ids).length).toBeLessThan(25);
    expect(state.polled).toEqual({
      'http://api.example.com/ audi': { fromMs: minutesAgo(60), untilMs: T0 + 599 * MINUTE },
    });
  });

  test('with --limit it ends by itself', async () => {
    const w = world(Array.from({ length: 9 }, (_, id) => story(id, T0 + id * MINUTE)));
    const { tally } = await live({ ...w, limit: 4, options: { isFollowing: true } });
    expect(w.topic.keys).toHaveLength(4);
    expect(tally.polls).toBe(4);
  });
});

describe('a topic that is another one by now', () => {
  const feed = [
    story(1, minutesAgo(70)),
    story(2, minutesAgo(50)),
    story(3, minutesAgo(5)),
    story(4, T0 + 30 * MINUTE),
  ];

  test('made anew: it begins as with a new one', async () => {
    const w = world(feed);
    await live({ ...w, options: { sinceMs: minutesAgo(90) } });
    w.clock.nowMs = T0 + 40 * MINUTE;
    const topic = Object.assign(new MemoryTopic(), { id: 'second' });
    await live({ ...w, topic });
    expect(topic.keys.sort()).toEqual(keysOf(3, 4));
  });

  test('emptied: it goes on where it stopped, and earlier ones can be had again', async () => {
    const w = world(feed);
    await live({ ...w, options: { sinceMs: minutesAgo(90) } });
    w.topic.empty();
    w.clock.nowMs = T0 + 120 * MINUTE;
    await live({ ...w });
    expect(w.topic.keys.sort()).toEqual(keysOf(3, 4));
    await live({ ...w, options: { sinceMs: minutesAgo(90) } });
    expect(w.topic.keys.sort()).toEqual(keysOf(1, 2, 3, 4));
  });
});
