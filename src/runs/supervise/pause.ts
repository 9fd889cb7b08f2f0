import { MillraceError } from '../../errors.js';
import { ClusterNotRunningError } from '../../targets/target-errors.js';
import type { RunCause, Verdict } from '../state/supervision.js';
import { missingService } from './missing-service.js';
import type { Decision } from './restart-policy.js';
import type { SupervisedRun } from './supervised-run.js';

const SERVICES_BACK_WITHIN_MS = 30 * 60_000;
const LOOK_FOR_STOP_EVERY_MS = 250;

/** How the run ends instead of being restarted. */
type EndInstead = Pick<Verdict, 'state' | 'cause'>;

/** Waits before a restart, and for the services that the next driver needs. @returns how the run ends if it is not restarted */
export async function pauseBeforeRestart(
  run: SupervisedRun,
  { afterMs, cause }: Extract<Decision, { next: 'restart' }>,
): Promise<EndInstead | undefined> {
  const why = `restart ${run.restartsUsed + 1} of ${run.record.restarts}: ${cause.words}`;
  await run.update({ phase: 'pausing', note: why });
  const pauseMs = afterMs * run.timing.pauseTimes;
  const until = Date.now() + pauseMs;
  while (Date.now() < until) {
    if (await run.isStopAsked()) return { state: 'stopped', cause: null };
    await run.sleep(Math.min(pauseMs, LOOK_FOR_STOP_EVERY_MS));
  }
  return waitForServices(run, why, cause);
}

async function waitForServices(run: SupervisedRun, why: string, cause: RunCause): Promise<EndInstead | undefined> {
  const deadline = Date.now() + SERVICES_BACK_WITHIN_MS;
  for (;;) {
    if (await run.isStopAsked()) return { state: 'stopped', cause: null };
    try {
      const missing = await nameMissing(run);
      if (missing === undefined) return undefined;
      if (Date.now() > deadline) return { state: 'failed', cause };
      await run.update({ note: `${why}; waits for ${missing}` });
    } catch (error) {
      if (!(error instanceof ClusterNotRunningError)) throw error;
      return { state: 'failed', cause: { ...cause, words: `${cause.words}, and the cluster was taken down` } };
    }
    await run.sleep(run.timing.servicesEveryMs);
  }
}

/** @throws ClusterNotRunningError */
async function nameMissing({ options: { target, missing = missingService } }: SupervisedRun) {
  try {
    return await missing(target);
  } catch (error) {
    if (!(error instanceof MillraceError) || error instanceof ClusterNotRunningError) throw error;
    return `an answer: ${error.message}`;
  }
}
