import { brokerAt } from '../../kafka/broker.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { SubmitClient } from '../../targets/target.js';
import { describeGap, type Gap } from '../checkpoint/find-gaps.js';
import { type SettledCheckpoint, type SettleOptions, settleCheckpoint } from '../checkpoint/settle-checkpoint.js';
import { RunLiveError } from '../run-errors.js';
import { findLiveRun } from '../stop.js';
import { requireRoom } from '../supervise/take-room.js';
import { prepareTopics, requireBroker } from './prepare-topics.js';
import type { RunContext, SubmitOptions } from './run-context.js';
import { hasCheckpoint, type RunPlan } from './run-plan.js';

/** What is settled before a run gets its id. */
export interface Ground {
  readonly kafka: KafkaEndpoint;
  readonly client: SubmitClient;
  readonly generation: number;
  readonly gaps: readonly Gap[];
  /** Records in the topics that are read. */
  readonly waiting: number;
}

/** Makes sure that the run can begin: broker, name, cores, checkpoint, topics. */
export async function settleRun(context: RunContext, plan: RunPlan, options: SubmitOptions): Promise<Ground> {
  const { target, report } = context;
  const kafka = await target.kafka();
  const broker = brokerAt(kafka);
  await requireBroker(broker);
  await refuseIfLive(context, plan);
  const client = await target.drivers.submitClient();
  await requireRoom(context, plan, options.isQueueing ?? false);
  const { generation, notes, gaps } = await settleIfStreaming({
    ...{ target, plan, broker, sparkVersion: client.sparkVersion },
    ...{ isNewCheckpoint: options.isNewCheckpoint ?? false, toleratesLoss: options.toleratesLoss ?? false },
  });
  for (const note of notes) report.say(note);
  for (const gap of gaps) report.warn(`never read: ${describeGap(gap)}`);
  const waiting = await prepareTopics(broker, plan, report);
  return { kafka, client, generation, gaps, waiting };
}

async function refuseIfLive({ target, project }: RunContext, { name }: RunPlan): Promise<void> {
  const live = await findLiveRun(target, project, name);
  if (live) throw new RunLiveError(live.run);
}

async function settleIfStreaming(options: SettleOptions): Promise<SettledCheckpoint> {
  return hasCheckpoint(options.plan) ? settleCheckpoint(options) : { generation: 1, notes: [], gaps: [] };
}
