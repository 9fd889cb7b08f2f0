// How long a story takes from the broker's acknowledgement to its window's result on a topic, story by story.
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';

const GIVE_UP_AFTER_MS = 60_000;

export function connect(broker) {
  return new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
}

export async function createTopics(broker, ...topics) {
  const admin = connect(broker).admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 4 })), waitForLeaders: true });
  await admin.disconnect();
}

/** The least that counts as a story: about one brand, published now. */
function storyAbout(brand, publishedAtMs) {
  return {
    schema: 'news-story/1',
    id: `bench:${brand}`,
    brands: [brand],
    brand_matches: [],
    published_at_ms: publishedAtMs,
    publisher_domain: 'example.com',
    body_polarity: 'positive',
  };
}

/**
 * Sends `count` stories, each about a brand of its own, at moments that fall anywhere between two triggers.
 * @returns milliseconds until each result was on the topic
 */
export async function measureLatencies(broker, { source, result, count, prefix }) {
  const kafka = connect(broker);
  const [producer, consumer] = [kafka.producer(), kafka.consumer({ groupId: `bench-${prefix}`, maxWaitTimeInMs: 20 })];
  const arrived = new Map();
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic: result, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const { brand } = JSON.parse(message.value.toString());
      if (!arrived.has(brand)) arrived.set(brand, performance.now());
    },
  });
  const latencies = [];
  try {
    for (let at = -1; at < count; at++) {
      const brand = `${prefix}-${at + 1}`;
      const value = JSON.stringify(storyAbout(brand, Date.now()));
      await producer.send({ topic: source, acks: -1, messages: [{ key: brand, value }] });
      const sentAt = performance.now();
      const deadline = sentAt + GIVE_UP_AFTER_MS;
      while (!arrived.has(brand)) {
        if (performance.now() > deadline) throw new Error(`no result for ${brand} in time`);
        await sleep(5);
      }
      if (at >= 0) latencies.push(arrived.get(brand) - sentAt); // the first one warms up
      await sleep(200 + (((at + 1) * 377) % 1_000));
    }
  } finally {
    await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
  }
  return latencies;
}
