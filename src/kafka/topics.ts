import type { Admin } from 'kafkajs';
import { UsageError } from '../errors.js';
import { type Broker, withAdmin } from './broker.js';
import { isAgainstPolicy, kafkaErrors } from './broker-errors.js';
import { countUncommitted } from './count-uncommitted.js';
import { checkTopicName } from './topic-name.js';

export const DEFAULT_PARTITIONS = 4;

/** Topics of the broker itself, and the one of the readiness proof. */
const INTERNAL = /^__/;

export interface PartitionOffsets {
  readonly partition: number;
  readonly leader: number;
  /** The first offset still held. */
  readonly start: number;
  /** The offset the next record will get. */
  readonly end: number;
  /** Up to here committed records are read: where the oldest open transaction begins, else `end`. */
  readonly stable: number;
  /** From `start` to `end`; see `TopicDescription`. */
  readonly offsets: number;
}

export interface TopicDescription {
  readonly topic: string;
  /**
   * How many offsets it holds, and so how many records at most: markers of transactions, aborted records and what compaction
   * removed have offsets too. Only reading them all tells the number of records.
   */
  readonly offsets: number;
  readonly partitions: readonly PartitionOffsets[];
}

/** The names of the topics: one request, where the offsets take more. */
export function listTopicNames(broker: Broker): Promise<string[]> {
  return withAdmin(broker, 'list topics', ownTopics);
}

export function listTopics(broker: Broker): Promise<readonly TopicDescription[]> {
  return withAdmin(broker, 'list topics', async (admin) => {
    const topics = await ownTopics(admin);
    return describeAll(broker, admin, topics);
  });
}

/** Describes those of the topics that exist. */
export function describeTopics(broker: Broker, topics: readonly string[]): Promise<readonly TopicDescription[]> {
  return withAdmin(broker, `describe ${topics.join(', ')}`, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const there = topics.filter((topic) => existing.has(topic));
    return describeAll(broker, admin, there);
  });
}

async function ownTopics(admin: Admin): Promise<string[]> {
  return (await admin.listTopics()).filter((topic) => !INTERNAL.test(topic)).sort();
}

/** The id that the cluster got when it was formatted; it tells topics of the same name in two clusters apart. */
export function readClusterId(broker: Broker): Promise<string> {
  return withAdmin(broker, 'tell its cluster id', async (admin) => (await admin.describeCluster()).clusterId);
}

/** @throws TOPIC_MISSING */
export function describeTopic(broker: Broker, topic: string): Promise<TopicDescription> {
  return withAdmin(broker, `describe ${topic}`, async (admin) => {
    await requireTopic(admin, topic);
    const [description] = await describeAll(broker, admin, [topic]);
    return description as TopicDescription;
  });
}

export interface CreateTopicsOptions {
  readonly partitions?: number | undefined;
  /** By topic, settings in place of the broker's defaults. */
  readonly settings?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Creates the topics that are missing and returns their names once they can be written to; existing ones stay as they are. */
export function createTopics(
  broker: Broker,
  topics: readonly string[],
  { partitions = DEFAULT_PARTITIONS, settings = new Map() }: CreateTopicsOptions = {},
): Promise<string[]> {
  // Outside of the work, which is repeated: the broker may have created a topic, and have answered too late.
  const created = new Set<string>();
  return withAdmin(broker, `create ${topics.join(', ')}`, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = [...new Set(topics)].filter((topic) => !existing.has(checkTopicName(topic)));
    for (const topic of missing) created.add(topic);
    const wanted = missing.map((topic) => ({
      ...{ topic, numPartitions: partitions, replicationFactor: 1 },
      configEntries: Object.entries(settings.get(topic) ?? {}).map(([name, value]) => ({ name, value })),
    }));
    if (wanted.length > 0) await admin.createTopics({ topics: wanted, waitForLeaders: false });
    // The controller answers before the brokers know the topic; `waitForLeaders` of kafkajs 2.2.4 would fail in that time.
    if (created.size > 0) await admin.fetchTopicMetadata({ topics: [...created] });
    return [...created];
  });
}

/** @throws UsageError for a topic of the broker itself */
export function refuseInternal(topic: string): void {
  if (!INTERNAL.test(topic)) return;
  throw new UsageError(
    `\`${topic}\` belongs to the broker and is not deleted`,
    'Topics whose names begin with `__` are not yours; see `millrace topic list`.',
  );
}

/** @throws TOPIC_MISSING, and UsageError for a topic of the broker itself */
export async function deleteTopic(broker: Broker, topic: string): Promise<void> {
  refuseInternal(topic);
  let isAsked = false;
  await withAdmin(broker, `delete ${topic}`, async (admin) => {
    if (isAsked && !(await admin.listTopics()).includes(topic)) return;
    await requireTopic(admin, topic);
    isAsked = true;
    await admin.deleteTopics({ topics: [topic] });
  });
}

/**
 * Deletes all records but keeps the topic and its offsets, so that streams that read it see no gap.
 * @throws TOPIC_COMPACTED
 */
export function emptyTopic(broker: Broker, topic: string): Promise<void> {
  return withAdmin({ ...broker, kafka: countUncommitted(broker.kafka) }, `empty ${topic}`, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const partitions = offsets
      .filter(({ low, high }) => low !== high)
      .map(({ partition, high }) => ({ partition, offset: high }));
    if (partitions.length === 0) return;
    try {
      await admin.deleteTopicRecords({ topic, partitions });
    } catch (error) {
      throw isAgainstPolicy(error) ? kafkaErrors.TOPIC_COMPACTED({ topic }, { cause: error }) : error;
    }
  });
}

async function requireTopic(admin: Admin, topic: string): Promise<void> {
  const topics = await admin.listTopics();
  if (topics.includes(topic)) return;
  const existing = topics.filter((name) => !INTERNAL.test(name)).sort();
  throw kafkaErrors.TOPIC_MISSING({ topic, existing });
}

async function describeAll(broker: Broker, admin: Admin, topics: readonly string[]): Promise<TopicDescription[]> {
  if (topics.length === 0) return [];
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  // First those of committed records: read the other way round they might be behind the ends.
  const committed = await fetchOffsets(admin, topics);
  const ends = await readEnds(broker, topics);
  const byName = metadata.topics.sort((a, b) => a.name.localeCompare(b.name));
  return byName.map(({ name, partitions }) => {
    const leaders = new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
    const described = (committed.get(name) ?? []).map(({ partition, low, high }) => {
      const [start, stable] = [Number(low), Number(high)];
      const end = Math.max(stable, ends.get(name)?.get(partition) ?? stable);
      return { partition, leader: leaders.get(partition) ?? -1, start, end, stable, offsets: end - start };
    });
    const sorted = described.sort((a, b) => a.partition - b.partition);
    return { topic: name, offsets: sorted.reduce((sum, { offsets }) => sum + offsets, 0), partitions: sorted };
  });
}

function readEnds(broker: Broker, topics: readonly string[]): Promise<Map<string, Map<number, number>>> {
  const all = { ...broker, kafka: countUncommitted(broker.kafka) };
  return withAdmin(all, `describe ${topics.join(', ')}`, async (admin) => {
    const offsets = [...(await fetchOffsets(admin, topics))];
    return new Map(
      offsets.map(([topic, found]) => [topic, new Map(found.map(({ partition, high }) => [partition, Number(high)]))]),
    );
  });
}

async function fetchOffsets(admin: Admin, topics: readonly string[]) {
  const found = topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const);
  return new Map(await Promise.all(found));
}
