import type { RunPlan } from '../plan/run-plan.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { readApplication } from '../state/run-files.js';
import { isLive, type RunStatus, readRunStatus } from '../state/run-state.js';
import { stopRun } from '../supervise/stop.js';
import type { RunContext, SubmitOptions, SubmitReport } from './run-context.js';
import { waitForFirstBatch, waitForRunEnd } from './wait-for-run.js';

const STILL_RUNNING = 'no longer watched; it goes on running';

type Waiting = RunContext & { readonly run: string };

/** Waits for the end of a batch or an `available-now` run, which an abort stops; for a stream's first batch or its end. */
export async function wait(waiting: Waiting, plan: RunPlan, options: SubmitOptions): Promise<SubmitReport> {
  const { target, project, signal, run } = waiting;
  if (options.isDetached) return { run, ...(await readRunStatus(target, project, run)), ui: null };
  const isBounded = plan.job.kind === 'batch' || plan.trigger === AVAILABLE_NOW;
  try {
    const status = isBounded ? await waitForRunEnd(waiting) : await waitForFirstBatch(waiting);
    const ui = (await readApplication(target, run))?.ui ?? null;
    if (options.isFollowing && isLive(status.state)) return { run, ...(await follow(waiting)), ui };
    return { run, ...status, ui };
  } catch (error) {
    if (!signal.aborted) throw error;
    if (options.isFollowing && !isBounded) return { run, ...(await leaveRunning(waiting)), ui: null };
    await waiting.report.step(`stopping ${run}`, () => stopRun(target, project, run));
    waiting.report.warn(`stopped ${run}`);
    throw error;
  }
}

/** Ctrl-C ends the watching, not the stream. */
async function follow(waiting: Waiting): Promise<RunStatus> {
  try {
    return await waitForRunEnd(waiting);
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    return leaveRunning(waiting);
  }
}

async function leaveRunning({ target, project, run }: Waiting): Promise<RunStatus> {
  return { ...(await readRunStatus(target, project, run)), note: STILL_RUNNING };
}
