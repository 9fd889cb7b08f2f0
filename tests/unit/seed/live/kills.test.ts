import { join } from 'node:path';
import { type Chance, createChance } from '../../../../src/news-emulator/stories/chance.js';
import { NewsApiUnavailableError } from '../../../../src/seed/aylien/news-api-errors.js';
import { type FeedStory, MemoryFeed, PassingClock } from '../../../fakes/memory-feed.js';
import { MemoryTopic } from '../../../fakes/memory-topic.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { live, MINUTE } from './live-session.js';

const root = temporaryFolder();
const T0 = Date.parse('2026-11-24T10:00:00Z');
const LIVES = 25;

class Killed extends Error {}

/** Stories over ten hours, in whole seconds as the API has them, some of which come late. */
function feedOf(chance: Chance): FeedStory[] {
  return Array.from({ length: 300 }, (_, id) => {
    const acquiredMs = T0 - 60 * MINUTE + 1_000 * chance.int(0, 36_000);
    return { id, acquiredMs, visibleMs: acquiredMs + (chance.happens(0.1) ? 1_000 * chance.int(0, 157) : 0) };
  });
}

/** Throws at the n-th of the moments at which a process can be killed. */
function killer(chance: Chance): () => void {
  let left = chance.happens(0.8) ? chance.int(1, 40) : Number.POSITIVE_INFINITY;
  return () => {
    if (--left === 0) throw new Killed();
  };
}

describe('a follower that is killed again and again', () => {
  test.each([1, 2, 3, 4])('publishes each story once and leaves none out, seed %d', async (seed) => {
    const chance = createChance(seed);
    const feed = feedOf(chance);
    const [topic, clock] = [new MemoryTopic(), new PassingClock(T0)];
    let kill = killer(chance);
    const perPage = chance.int(1, 20);
    const api = new MemoryFeed(feed, clock, perPage, () => {
      if (chance.happens(0.02)) throw NewsApiUnavailableError.afterAttempts('503', 8, 1_000);
      kill();
    });
    const follower = { root: join(root, String(seed)), topic, api, clock };
    let kills = 0;
    for (let life = 0; life < LIVES; life++) {
      kill = killer(chance);
      const { failure } = await live({
        ...follower,
        publisher: topic.publisher(() => kill()),
        onPage: async () => kill(),
        endMs: clock.now() + chance.int(1, 40) * MINUTE,
        limit: chance.happens(0.1) ? 3 : undefined,
        options: { isFollowing: true, sinceMs: clock.now() - 60 * MINUTE },
      });
      if (failure !== undefined) expect(failure).toBeInstanceOf(Killed);
      kills += failure ? 1 : 0;
      clock.nowMs += chance.happens(0.3) ? chance.int(1, 90) * MINUTE : 0;
    }
    kill = () => undefined;
    clock.nowMs = Math.max(clock.now(), T0 + 10 * 60 * MINUTE);
    await live({ ...follower, endMs: clock.now() + 30 * MINUTE, options: { isFollowing: true } });
    expect(kills).toBeGreaterThan(3);
    expect(topic.keys.sort()).toEqual(feed.map(({ id }) => `aylien:${id}`).sort());
  });
});
