import { NAME_LOCK_WAIT_MS, withNameLock } from '../plan/name-lock.js';
import { planSubmit } from '../plan/plan-submit.js';
import type { RunPlan } from '../plan/run-plan.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { readApplication } from '../state/application.js';
import { isLive, type RunState, type RunStatus, readRunStatus } from '../state/run-state.js';
import { stopRun } from '../supervise/stop.js';
import type { RunContext, SubmitOptions } from './run-context.js';
import { startRun } from './start.js';
import { throwIfFailed, waitForRunEnd, waitUntilSettled } from './wait.js';

const LET_GO = 'let go; it goes on running';

export interface SubmitReport {
  readonly run: string;
  readonly state: RunState;
  /** The application's own, once it has ended. */
  readonly exitCode: number | null;
  /** What it waits for, why it ended, or why nothing was started. */
  readonly note: string | null;
  readonly ui: string | null;
}

/**
 * Checks, renders and starts a job. Batches and `available-now` are waited for, an abort stops them; a stream is let go
 * after its first committed batch. A failed run is reported by its state; `submitOrThrow` throws instead.
 * @throws UsageError, BrokerUnreachableError, ClusterNotRunningError, TopicMissingError, CheckpointChangedError,
 *   DataLostError, RunLiveError
 */
export async function submit(context: RunContext, options: SubmitOptions): Promise<SubmitReport> {
  const plan = await planSubmit(context.jobs, options);
  const { project, signal } = context;
  const command = `millrace submit ${plan.job.name}`;
  const holding = { project, name: plan.name, command, waitMs: NAME_LOCK_WAIT_MS, signal };
  const { run, hasNothingToRead } = await withNameLock(holding, () => startRun(context, plan, options));
  if (hasNothingToRead) return { run, state: 'succeeded', exitCode: 0, note: 'nothing to read', ui: null };
  return waitAsRuled(context, plan, run, options);
}

/** Like `submit`, for callers that need the run to have succeeded. @throws JobFailedError */
export async function submitOrThrow(context: RunContext, options: SubmitOptions): Promise<SubmitReport> {
  const report = await submit(context, options);
  await throwIfFailed(context, report.run, report);
  return report;
}

async function waitAsRuled(
  context: RunContext,
  plan: RunPlan,
  run: string,
  options: SubmitOptions,
): Promise<SubmitReport> {
  const { target, project, signal } = context;
  if (options.isDetached) return { run, ...(await readRunStatus(target, project, run)), ui: null };
  const isBounded = plan.job.kind === 'batch' || plan.trigger === AVAILABLE_NOW;
  const waiting = { ...context, run };
  try {
    const status = isBounded ? await waitForRunEnd(waiting) : await waitUntilSettled(waiting);
    const ui = (await readApplication(target, run))?.ui ?? null;
    if (options.isFollowing && isLive(status.state)) return { run, ...(await follow(waiting)), ui };
    return { run, ...status, ui };
  } catch (error) {
    if (!signal.aborted) throw error;
    if (options.isFollowing && !isBounded) return { run, ...(await letGo(waiting)), ui: null };
    await context.report.step(`stopping ${run}`, () => stopRun(target, project, run));
    context.report.warn(`stopped ${run}`);
    throw error;
  }
}

/** Ctrl-C lets go of a stream that is only watched. */
async function follow(waiting: RunContext & { run: string }): Promise<RunStatus> {
  try {
    return await waitForRunEnd(waiting);
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    return letGo(waiting);
  }
}

async function letGo({ target, project, run }: RunContext & { run: string }): Promise<RunStatus> {
  return { ...(await readRunStatus(target, project, run)), note: LET_GO };
}
