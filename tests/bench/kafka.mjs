// What the cases do with Kafka themselves: connections, topics, and what the results on a topic add up to.
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';

/** A topic with nothing new for so long has been read to its end. */
const QUIET_MS = 5_000;
const NEVER_LONGER_MS = 120_000;

export function connect(broker) {
  return new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
}

export async function createTopics(broker, ...topics) {
  const admin = connect(broker).admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 4 })), waitForLeaders: true });
  await admin.disconnect();
}

/** All records of a topic, once nothing more comes. */
async function readAll(broker, topic) {
  const consumer = connect(broker).consumer({ groupId: `bench-count-${topic}-${Date.now()}` });
  const records = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const startedAt = performance.now();
  let lastAt = startedAt;
  await consumer.run({
    eachMessage: async ({ message }) => {
      records.push(message);
      lastAt = performance.now();
    },
  });
  const isQuiet = () => performance.now() - lastAt > QUIET_MS;
  while (!isQuiet() && performance.now() - startedAt < NEVER_LONGER_MS) await sleep(200);
  await consumer.disconnect();
  return records;
}

/** The sum of a member over the newest result of each key: how many records the results stand for. */
export async function countResults(broker, topic, member) {
  const newest = new Map();
  for (const { key, value } of await readAll(broker, topic))
    newest.set(key.toString(), JSON.parse(value.toString())[member]);
  return [...newest.values()].reduce((sum, count) => sum + count, 0);
}

/** How many records there are, and when the last was written, in milliseconds since 1970. */
export async function lastRecord(broker, topic) {
  const records = await readAll(broker, topic);
  return { count: records.length, at: Math.max(0, ...records.map(({ timestamp }) => Number(timestamp))) };
}
