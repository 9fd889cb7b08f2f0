import { type Broker, brokerAt } from '../../kafka/broker.js';
import { createTopics, DEFAULT_PARTITIONS, describeTopic } from '../../kafka/topics.js';
import type { Reporter } from '../../report/reporter.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { SubmitClient } from '../../targets/target.js';
import { describeGap } from '../checkpoint/find-gaps.js';
import { type SettledCheckpoint, type SettleOptions, settleCheckpoint } from '../checkpoint/settle-checkpoint.js';
import { hasCheckpoint, type RunPlan } from '../plan/run-plan.js';
import type { Gap } from '../record/gap.js';
import { requireNoLiveRun } from '../state/live-runs.js';
import { requireBroker } from '../supervise/missing-service.js';
import { requireRoom } from '../supervise/take-room.js';
import type { RunContext, SubmitOptions } from './run-context.js';

/** What the checks before a run have found. */
export interface Preflight {
  readonly kafka: KafkaEndpoint;
  readonly client: SubmitClient;
  readonly generation: number;
  readonly gaps: readonly Gap[];
  /** How many records are in the topics that are read. */
  readonly waiting: number;
}

/**
 * Makes sure that the run can begin: broker, name, cores, checkpoint, topics.
 * @throws BrokerUnreachableError, ClusterNotRunningError, TOPIC_MISSING, CHECKPOINT_CHANGED, DATA_LOST, RUN_LIVE,
 *   ROOM_MISSING, MASTER_UNREACHABLE
 */
export async function preflight(context: RunContext, plan: RunPlan, options: SubmitOptions): Promise<Preflight> {
  const { target, project, report } = context;
  const kafka = await target.kafka();
  const broker = brokerAt(kafka);
  await requireBroker(broker);
  await requireNoLiveRun(target, project, plan.name);
  const client = await target.drivers.submitClient();
  await requireRoom(context, plan, options.isQueueing ?? false);
  const settled = await settleIfStreaming({
    ...{ target, plan, broker, sparkVersion: client.sparkVersion },
    ...{ isNewCheckpoint: options.isNewCheckpoint ?? false, toleratesLoss: options.toleratesLoss ?? false },
  });
  reportCheckpoint(settled, report);
  const waiting = await prepareTopics(broker, plan, report);
  const { generation, gaps } = settled;
  return { kafka, client, generation, gaps, waiting };
}

async function settleIfStreaming(options: SettleOptions): Promise<SettledCheckpoint> {
  if (hasCheckpoint(options.plan)) return settleCheckpoint(options);
  return { generation: 1, whyNew: null, createdTopics: [], changes: [], gaps: [] };
}

function reportCheckpoint(
  { generation, whyNew, createdTopics, changes, gaps }: SettledCheckpoint,
  report: Reporter,
): void {
  if (whyNew !== null) report.say(`${whyNew}: this run begins a new one (generation ${generation})`);
  reportCreated(createdTopics, report);
  for (const { words, why } of changes) report.say(`${words}: ${why}`);
  for (const gap of gaps) report.warn(`never read: ${describeGap(gap)}`);
}

/**
 * Creates the topics of a stream that are missing, and reports them; the topics of a batch must be there.
 * @returns how many records wait in the topics that are read
 * @throws TOPIC_MISSING for a batch
 */
async function prepareTopics(broker: Broker, plan: RunPlan, report: Reporter): Promise<number> {
  if (plan.job.kind === 'streaming') {
    const wanted = [
      ...plan.reads,
      ...plan.writes.map(({ topic }) => topic),
      ...(plan.deadLetters ? [plan.deadLetters] : []),
    ];
    reportCreated(await createTopics(broker, wanted), report);
  }
  const topics = await Promise.all(plan.reads.map((topic) => describeTopic(broker, topic)));
  return topics.reduce((sum, { records }) => sum + records, 0);
}

function reportCreated(topics: readonly string[], report: Reporter): void {
  if (topics.length === 0) return;
  report.say(
    `created the topic${topics.length > 1 ? 's' : ''} ${topics.join(', ')} (${DEFAULT_PARTITIONS} partitions)`,
  );
}
