import kafkajs from 'kafkajs';
import { cli, parseLines } from './cli.js';
import { sharedProject } from './shared-cluster/project.js';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
}

interface Status {
  readonly services: ReadonlyArray<{
    readonly name: string;
    readonly address: string;
    readonly pid: number;
    readonly state: string;
  }>;
}

/** The broker's address of the shared cluster, as `cluster status` tells it. */
export async function bootstrapServers(): Promise<string> {
  // Not cliJson: a cluster that a test has hurt ends with 10, and its broker may be well.
  const { stdout } = await cli(['--json', 'cluster', 'status'], { project: sharedProject() });
  const status = JSON.parse(stdout) as Status;
  return status.services.find(({ name }) => name === 'broker')?.address ?? '';
}

/** Publishes records as another program would, with keys and values as they are. */
export async function publish(
  topic: string,
  records: ReadonlyArray<{ key: string | null; value: string | Buffer | null }>,
): Promise<void> {
  const brokers = [await bootstrapServers()];
  const producer = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).producer({
    // A retry after a lost answer would publish a record twice.
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  await producer.send({ topic, messages: records.map(({ key, value }) => ({ key, value })) });
  await producer.disconnect();
}

/** All records that a topic holds. */
export async function readAll(topic: string): Promise<TopicRecord[]> {
  const { stdout } = await cli(['--json', 'topic', 'tail', topic, '-n', '1000000'], { project: sharedProject() });
  return parseLines<TopicRecord>(stdout);
}

/** The newest value per key: what a reader of an update-mode topic ends with. */
export async function readLatest<T>(topic: string): Promise<Map<string, T>> {
  const latest = new Map<string, T>();
  const records = (await readAll(topic)).sort((a, b) => a.offset - b.offset);
  for (const { key, value } of records) if (key !== null && value !== null) latest.set(key, JSON.parse(value) as T);
  return latest;
}
