// How long a story takes from the broker's acknowledgement to its window's result on a topic, story by story.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from './kafka.mjs';
import { sampleStories, storyAbout } from './stories.mjs';

const GIVE_UP_AFTER_MS = 60_000;
/** Multiples of it, cut to their fractions, spread evenly: stories then fall anywhere between two triggers. */
const GOLDEN = 0.618034;

/** Remembers when the first result about each brand came. */
async function watchResults(consumer, topic) {
  const arrived = new Map();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const { brand } = JSON.parse(message.value.toString());
      if (!arrived.has(brand)) arrived.set(brand, performance.now());
    },
  });
  return arrived;
}

async function waitFor(arrived, brand) {
  const deadline = performance.now() + GIVE_UP_AFTER_MS;
  while (!arrived.has(brand)) {
    if (performance.now() > deadline) throw new Error(`no result for ${brand} in time`);
    await sleep(5);
  }
}

/**
 * Sends stories by a clock, each about a brand of its own, whether or not earlier results have come: a slow stream does not slow
 * its own stories down. The first of them warm the stream up and do not count.
 * @param plan `count` stories count, after `warmUp` others; one each `everyMs`; `onBegin` is called before the first that counts
 * @returns milliseconds until each result was on the topic
 */
export async function measureLatencies(broker, { source, result, prefix, count, warmUp, everyMs, onBegin }) {
  const kafka = connect(broker);
  const producer = kafka.producer({ idempotent: true });
  const consumer = kafka.consumer({ groupId: `bench-${prefix}`, maxWaitTimeInMs: 20 });
  const samples = sampleStories();
  const sentAt = new Map();
  const send = async (at) => {
    const brand = `${prefix}-${at}`;
    const value = JSON.stringify(storyAbout(samples[at % samples.length], brand));
    await producer.send({ topic: source, acks: -1, messages: [{ key: brand, value }] });
    sentAt.set(brand, performance.now());
    return brand;
  };
  await producer.connect();
  try {
    const arrived = await watchResults(consumer, result);
    await waitFor(arrived, await send(0));
    const startedAt = performance.now();
    for (let at = 1; at <= warmUp + count; at++) {
      if (at === warmUp + 1) onBegin?.();
      const waitMs = startedAt + (at + ((at * GOLDEN) % 1)) * everyMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      await send(at);
    }
    for (const brand of sentAt.keys()) await waitFor(arrived, brand);
    return [...sentAt].slice(warmUp + 1).map(([brand, sent]) => arrived.get(brand) - sent);
  } finally {
    await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
  }
}
