import { orNull } from '../../errors.js';
import { type Broker, brokerAt } from '../../kafka/broker.js';
import { readTopicIds } from '../../kafka/topic-ids.js';
import { listTopics, type TopicDescription } from '../../kafka/topics.js';
import { newestOf } from '../../spark/extremes.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { Scheduler } from '../../targets/scheduler.js';
import type { ExplainFacts } from './facts.js';
import { readDeadLetter, readNewestTime, readWindowEnds } from './records.js';

/** A broker that is up answers at once. The explanation must not wait long for one that is down. */
const BROKER = { retries: 1, patienceMs: 2_000, requestTimeoutMs: 5_000, longestPauseMs: 500 };

type ClusterFacts = Pick<
  ExplainFacts,
  'bootstrapServers' | 'topics' | 'topicIds' | 'waiting' | 'newestRecordMs' | 'scheduler' | 'deadLetter' | 'windowEnds'
>;
type RunFacts = Pick<ExplainFacts, 'record' | 'reads' | 'progress' | 'checkpoint'>;

const NOTHING_KNOWN = {
  topics: null,
  topicIds: null,
  waiting: null,
  newestRecordMs: null,
  scheduler: null,
  deadLetter: null,
  windowEnds: [],
};

/** Asks broker and scheduler about the run. The facts of one that does not answer are null. */
export async function askCluster(
  signal: AbortSignal,
  run: RunFacts,
  cluster: { readonly kafka: KafkaEndpoint | null; readonly scheduler: Scheduler },
): Promise<ClusterFacts> {
  const { kafka } = cluster;
  if (!kafka) return { ...NOTHING_KNOWN, bootstrapServers: null };
  const broker = brokerAt(kafka, BROKER);
  const [list, scheduler = null] = await Promise.all([orNull(listTopics(broker)), cluster.scheduler.look()]);
  const known = { ...NOTHING_KNOWN, bootstrapServers: kafka.bootstrapServers, scheduler };
  if (!list) return known;
  const topics = new Map(list.map((topic) => [topic.topic, topic]));
  const waiting = countWaiting(run, topics);
  return { ...known, topics, waiting, ...(await readTopics(signal, broker, run, waiting)) };
}

/** Reading records takes a second, so only those are read about which there is something to say. */
async function readTopics(
  signal: AbortSignal,
  broker: Broker,
  { record, reads, progress }: RunFacts,
  waiting: number,
): Promise<Pick<ClusterFacts, 'topicIds' | 'newestRecordMs' | 'deadLetter' | 'windowEnds'>> {
  const { deadLetters, openRows } = progress;
  const { name, writes } = record;
  const [topicIds, newestRecordMs, deadLetter, windowEnds] = await Promise.all([
    orNull(readTopicIds(broker, reads)),
    waiting > 0 ? readNewestTimes(broker, reads, signal) : null,
    deadLetters > 0 ? readDeadLetter(broker, `${name}.dead-letters`, signal) : null,
    openRows > 0 && writes[0] ? readWindowEnds(broker, writes[0], signal) : [],
  ]);
  return { topicIds, newestRecordMs, deadLetter, windowEnds };
}

async function readNewestTimes(broker: Broker, topics: readonly string[], signal: AbortSignal): Promise<number | null> {
  return newestOf(await Promise.all(topics.map((topic) => readNewestTime(broker, topic, signal))));
}

function countWaiting(
  { reads, progress, checkpoint }: RunFacts,
  topics: ReadonlyMap<string, TopicDescription>,
): number {
  const partitions = reads.flatMap((name) => {
    const reached = progress.reached[name] ?? checkpoint?.reached?.[name] ?? checkpoint?.start?.[name];
    return (topics.get(name)?.partitions ?? []).map(({ partition, start, stable }) =>
      Math.max(0, stable - Math.max(start, reached?.[partition] ?? 0)),
    );
  });
  return partitions.reduce((sum, offsets) => sum + offsets, 0);
}
