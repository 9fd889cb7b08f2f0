import { type Broker, brokerAt } from '../../kafka/broker.js';
import { createTopics, DEFAULT_PARTITIONS, describeTopic, type TopicDescription } from '../../kafka/topics.js';
import type { Reporter } from '../../report/reporter.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { SubmitClient } from '../../targets/target.js';
import { describeGap } from '../checkpoint/find-gaps.js';
import {
  type PrepareCheckpointOptions,
  type PreparedCheckpoint,
  prepareCheckpoint,
} from '../checkpoint/prepare-checkpoint.js';
import { allTopics, hasCheckpoint, type RunPlan, settingsOfTopics } from '../plan/run-plan.js';
import type { Gap } from '../record/gap.js';
import { addressesOf, type RunAddresses } from '../record/run-addresses.js';
import { requireNoLiveRun } from '../state/live-runs.js';
import { requireBroker } from '../supervise/missing-service.js';
import { requireRoom } from '../supervise/take-room.js';
import { requirePlainKafka } from './place-script.js';
import type { RunContext, SubmitOptions } from './run-context.js';

/** What the checks before a run have found. */
export interface Preflight {
  readonly kafka: KafkaEndpoint;
  /** Read once, so that the script and the run's record name the same cluster. */
  readonly addresses: RunAddresses;
  readonly schedulerArguments: readonly string[];
  readonly client: SubmitClient;
  readonly generation: number;
  readonly gaps: readonly Gap[];
  /** How many offsets the run's input topics hold, including those that it has read before. */
  readonly offsetsInTopics: number;
  readonly topicEnds: TopicOffsets;
}

/**
 * Makes sure that the run can begin: broker, name, cores, checkpoint, topics. Once all is well it writes the fingerprint and
 * creates the topics that are missing.
 * @throws BrokerUnreachableError, ClusterNotRunningError, TOPIC_MISSING, CHECKPOINT_CHANGED, DATA_LOST, RUN_LIVE,
 *   ROOM_MISSING, MASTER_UNREACHABLE, OFFSET_LOG_UNREADABLE
 */
export async function preflight(context: RunContext, plan: RunPlan, options: SubmitOptions): Promise<Preflight> {
  const { target, project, report } = context;
  const kafka = await target.kafka();
  requirePlainKafka(kafka);
  const addresses = addressesOf(kafka, await target.scheduler.address());
  const schedulerArguments = await target.scheduler.submitArguments(plan.resources.cores);
  const broker = brokerAt(kafka);
  await requireBroker(broker);
  await requireNoLiveRun(target, project, plan.name);
  const client = await target.drivers.submitClient();
  await requireRoom(context, plan, options.isQueueing ?? false);
  const checkpoint = await prepareIfStreaming({
    ...{ target, plan, broker, sparkVersion: client.sparkVersion },
    ...{ isNewCheckpoint: options.isNewCheckpoint ?? false, toleratesLoss: options.toleratesLoss ?? false },
  });
  reportCheckpoint(checkpoint, report);
  if (plan.job.kind === 'streaming') await createMissingTopics(broker, plan, report);
  const inputs = await Promise.all(plan.reads.map((topic) => describeTopic(broker, topic)));
  const offsetsInTopics = inputs.reduce((sum, { offsets }) => sum + offsets, 0);
  const { generation, gaps } = checkpoint;
  const topicEnds = endsOf(inputs);
  return { kafka, addresses, schedulerArguments, client, generation, gaps, offsetsInTopics, topicEnds };
}

/** A script reads committed records only: up to the first transaction that is open. */
function endsOf(topics: readonly TopicDescription[]): TopicOffsets {
  const ends = ({ partitions }: TopicDescription) => partitions.map(({ partition, stable }) => [partition, stable]);
  return Object.fromEntries(topics.map((described) => [described.topic, Object.fromEntries(ends(described))]));
}

async function prepareIfStreaming(options: PrepareCheckpointOptions): Promise<PreparedCheckpoint> {
  if (hasCheckpoint(options.plan)) return prepareCheckpoint(options);
  return { generation: 1, whyNew: null, createdTopics: [], changes: [], gaps: [] };
}

function reportCheckpoint(
  { generation, whyNew, createdTopics, changes, gaps }: PreparedCheckpoint,
  report: Reporter,
): void {
  if (whyNew !== null) report.say(`${whyNew}: this run begins a new one (generation ${generation})`);
  reportCreated(createdTopics, report);
  for (const { words, why } of changes) report.say(`${words}: ${why}`);
  for (const gap of gaps) report.warn(`never read: ${describeGap(gap)}`);
}

async function createMissingTopics(broker: Broker, plan: RunPlan, report: Reporter): Promise<void> {
  reportCreated(await createTopics(broker, allTopics(plan), { settings: settingsOfTopics(plan) }), report);
}

function reportCreated(topics: readonly string[], report: Reporter): void {
  if (topics.length === 0) return;
  report.say(
    `created the topic${topics.length > 1 ? 's' : ''} ${topics.join(', ')} (${DEFAULT_PARTITIONS} partitions)`,
  );
}
