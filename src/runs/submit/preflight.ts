import { brokerAt } from '../../kafka/broker.js';
import type { Addresses, SubmitClient } from '../../targets/target.js';
import { describeGap } from '../checkpoint/find-gaps.js';
import { type SettledCheckpoint, type SettleOptions, settleCheckpoint } from '../checkpoint/settle-checkpoint.js';
import { hasCheckpoint, type RunPlan } from '../plan/run-plan.js';
import type { Gap } from '../record/gap.js';
import { requireNoLiveRun } from '../state/live-runs.js';
import { requireRoom } from '../supervise/take-room.js';
import { prepareTopics, requireBroker } from './prepare-topics.js';
import type { RunContext, SubmitOptions } from './run-context.js';

/** What is settled before a run gets its id. */
export interface Ground {
  readonly addresses: Addresses;
  readonly client: SubmitClient;
  readonly generation: number;
  readonly gaps: readonly Gap[];
  /** Records in the topics that are read. */
  readonly waiting: number;
}

/** Makes sure that the run can begin: broker, name, cores, checkpoint, topics. */
export async function settleRun(context: RunContext, plan: RunPlan, options: SubmitOptions): Promise<Ground> {
  const { target, project, report } = context;
  const addresses = await target.addresses();
  const broker = brokerAt(addresses.bootstrapServers);
  await requireBroker(broker);
  await requireNoLiveRun(target, project, plan.name);
  const client = await target.drivers.submitClient();
  await requireRoom(context, { ...plan, addresses }, options.isQueueing ?? false);
  const { generation, notes, gaps } = await settleIfStreaming({
    ...{ target, plan, broker, sparkVersion: client.sparkVersion },
    ...{ isNewCheckpoint: options.isNewCheckpoint ?? false, toleratesLoss: options.toleratesLoss ?? false },
  });
  for (const note of notes) report.say(note);
  for (const gap of gaps) report.warn(`never read: ${describeGap(gap)}`);
  const waiting = await prepareTopics(broker, plan, report);
  return { addresses, client, generation, gaps, waiting };
}

async function settleIfStreaming(options: SettleOptions): Promise<SettledCheckpoint> {
  return hasCheckpoint(options.plan) ? settleCheckpoint(options) : { generation: 1, notes: [], gaps: [] };
}
