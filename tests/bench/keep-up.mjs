// Whether 500-millisecond windows keep up with 1,000 stories a second for five minutes (BENCH_SECONDS: another time).
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, countResults, createTopics } from './kafka.mjs';
import { sampleStories } from './stories.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 300);
const STORIES_PER_SECOND = 1_000;
const SENDS_PER_SECOND = 10;
const LOOK_EVERY_MS = 10_000;
const CATCH_UP_WITHIN_MS = 60_000;

/** @returns what was published: stories, and stories times brands */
async function publishSteadily(broker, topic) {
  const producer = connect(broker).producer({ idempotent: true });
  await producer.connect();
  const samples = sampleStories();
  const size = STORIES_PER_SECOND / SENDS_PER_SECOND;
  const sent = { stories: 0, mentions: 0 };
  const startedAt = performance.now();
  for (let batch = 0; batch < SECONDS * SENDS_PER_SECOND; batch++) {
    const waitMs = startedAt + (batch * 1_000) / SENDS_PER_SECOND - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const messages = Array.from({ length: size }, (_, at) => {
      const sample = samples[(sent.stories + at) % samples.length];
      sent.mentions += sample.brands.length;
      const id = `bench:${sent.stories + at}`;
      return { key: id, value: JSON.stringify({ ...sample, id, published_at_ms: Date.now() }) };
    });
    await producer.send({ topic, acks: -1, messages });
    sent.stories += size;
  }
  await producer.disconnect();
  return sent;
}

export async function benchKeepUp(cliAsync, broker) {
  const [source, result] = ['news-steady', 'results-steady'];
  await createTopics(broker, source, result);
  const settings = [`input=${source}`, `output=${result}`, 'window=500ms'].flatMap((one) => ['--set', one]);
  const { run } = await cliAsync('submit', 'windowed-news', '--name', 'steady', ...settings);
  const lags = [];
  let isPublishing = true;
  const watching = (async () => {
    while (isPublishing) {
      const { queries } = await cliAsync('runs', 'show', run);
      const { lag, batchMs } = queries.find(({ query }) => query === 'topic') ?? {};
      if (lag !== undefined) lags.push({ lag, batchMs });
      await sleep(LOOK_EVERY_MS);
    }
  })();
  const { stories, mentions } = await publishSteadily(broker, source);
  const endedAt = performance.now();
  isPublishing = false;
  await watching;
  while (performance.now() - endedAt < CATCH_UP_WITHIN_MS) {
    const { queries } = await cliAsync('runs', 'show', run);
    if (queries.find(({ query }) => query === 'topic')?.lag === 0) break;
    await sleep(500);
  }
  const caughtUpMs = performance.now() - endedAt;
  await cliAsync('runs', 'stop', run);
  const counted = await countResults(broker, result, 'stories');
  const half = Math.floor(lags.length / 2);
  const worst = (some) => Math.max(...some.map(({ lag }) => lag ?? 0));
  console.log(
    `steady ${stories} stories in ${SECONDS} s into 500 ms windows: lag at most ${worst(lags.slice(0, half))} in the first half, ` +
      `${worst(lags.slice(half))} in the second, none ${(caughtUpMs / 1000).toFixed(1)} s after the last; ` +
      `batches up to ${Math.max(...lags.map(({ batchMs }) => batchMs ?? 0))} ms; ${counted} of ${mentions} counted`,
  );
}
