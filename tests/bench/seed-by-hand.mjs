// The peer of `cli seed cars`: seed-by-hand.mjs BROKER TOPIC FILE…; prints rows per second.
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse';
import kafkajs from 'kafkajs';

/** What a competent user writes in an afternoon: no types, no rejects, no counts. */
async function seedByHand(brokers, topic, files) {
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const startedAt = performance.now();
  let [rows, messages] = [0, []];
  for (const file of files) {
    const make = basename(file, '.csv');
    for await (const row of createReadStream(file).pipe(parse({ columns: true, trim: true }))) {
      rows += 1;
      messages.push({ key: `${make}/${rows}`, value: JSON.stringify({ make, ...row }) });
      if (messages.length < 2_000) continue;
      await producer.send({ topic, acks: -1, messages });
      messages = [];
    }
  }
  if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
  const seconds = (performance.now() - startedAt) / 1000;
  await producer.disconnect();
  return rows / seconds;
}

const [broker, topic, ...files] = process.argv.slice(2);
console.log(await seedByHand([broker], topic, files));
