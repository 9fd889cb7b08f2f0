import { explainDriverEnd } from '../../spark/failure-cause.js';
import { NAME_LOCK_WAIT_MS, withNameLock } from '../plan/name-lock.js';
import { planSubmit } from '../plan/plan-submit.js';
import type { RunPlan } from '../plan/run-plan.js';
import { driverLogPath } from '../record/run-paths.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { readLogEnd } from '../state/run-files.js';
import type { RunStatus } from '../state/run-state.js';
import { readSupervision } from '../state/supervision.js';
import { countRestarts } from '../supervise/restart-policy.js';
import { type Preflight, preflight } from './preflight.js';
import type { RunContext, SubmitOptions, SubmitReport } from './run-context.js';
import { stage } from './stage.js';
import { endAtOnce, start } from './start.js';
import { submitErrors } from './submit-errors.js';
import { wait } from './wait.js';

/**
 * Checks, renders and starts a job. A batch or an `available-now` stream: waits until it has ended; an abort stops it. Any other
 * stream: waits until its first batch is committed. A failed run does not throw; its state is in the report.
 * @throws UsageError, and what `preflight` throws
 */
export async function submit(context: RunContext, options: SubmitOptions): Promise<SubmitReport> {
  const { project, signal } = context;
  const plan = await planSubmit(context.jobs, options);
  const command = `millrace submit ${plan.job.name}`;
  const locking = { project, name: plan.name, command, waitMs: NAME_LOCK_WAIT_MS, signal };
  const { run, hasStarted } = await withNameLock(locking, async () => {
    const ready = await preflight(context, plan, options);
    const stageRun = () => stage(context, { plan, options, ready });
    if (!hasNothingToRead(plan, ready))
      return { run: await start(context, { plan, options }, stageRun), hasStarted: true };
    const run = await stageRun();
    await endAtOnce(context, run);
    return { run, hasStarted: false };
  });
  if (!hasStarted) return { run, state: 'succeeded', exitCode: 0, note: 'nothing to read', ui: null };
  return wait({ ...context, run }, plan, options);
}

/** We do not know what a user's own script reads, so it always starts. */
function hasNothingToRead({ trigger, script }: RunPlan, { offsetsInTopics }: Preflight): boolean {
  return trigger === AVAILABLE_NOW && script === null && offsetsInTopics === 0;
}

/** Like `submit`, for callers that need the run to have succeeded. @throws JOB_FAILED */
export async function submitOrThrow(context: RunContext, options: SubmitOptions): Promise<SubmitReport> {
  const report = await submit(context, options);
  await throwIfFailed(context, report.run, report);
  return report;
}

/** @throws JOB_FAILED; its cause is the supervisor's, or if there is none, the one that the driver's log shows */
export async function throwIfFailed(
  { target: { data }, project }: Pick<RunContext, 'target' | 'project'>,
  run: string,
  { state, exitCode }: Pick<RunStatus, 'state' | 'exitCode'>,
): Promise<void> {
  if (state !== 'failed' && state !== 'lost') return;
  const supervision = await readSupervision(project, run);
  const { words, cure } = supervision?.verdict?.cause ?? explainDriverEnd(await readLogEnd(data, run), exitCode);
  const restarts = countRestarts(supervision?.attempts.slice(supervision.countedFrom) ?? []);
  const log = data.describe(driverLogPath(run));
  throw submitErrors.JOB_FAILED({ run, applicationExitCode: exitCode, reason: words, log, cure, restarts });
}
