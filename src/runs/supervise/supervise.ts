import { withProjectLock } from '../../project/lock.js';
import { establishHome, identifySelfIn } from '../../project/project-home.js';
import { readRun } from '../record/run-record.js';
import { readSupervision } from '../state/supervision.js';
import { driveOnce } from './drive-once.js';
import { pauseBeforeRestart } from './pause.js';
import { SupervisedRun, type SuperviseOptions, unlessUnreachable } from './supervised-run.js';
import { beginIfRoom } from './take-room.js';

/**
 * Looks after one run until its final end: waits for cores if it is queued, launches the driver, watches it, and starts it
 * again from its checkpoint. A driver that runs already is taken over.
 * @throws LockedError if another supervisor looks after the run
 */
export async function superviseRun(options: SuperviseOptions): Promise<void> {
  const { target, project, run } = options;
  const record = await readRun(project, target.name, run);
  establishHome(project.state);
  await withProjectLock(project, `supervise-${run}`, { command: `the supervisor of ${run}` }, async () => {
    const before = await readSupervision(project, run);
    if (before && !before.verdict) await lookAfter(new SupervisedRun(options, record, before));
  });
}

async function lookAfter(run: SupervisedRun): Promise<void> {
  await run.update({ supervisor: identifySelfIn(run.options.project.state) });
  const isAdopting = run.attempt?.endedAt === null;
  if (!isAdopting && !(await waitForRoom(run))) return run.end({ state: 'stopped', exitCode: null, cause: null });
  let decision = await driveOnce(run, isAdopting);
  while (decision.next === 'restart') {
    const endInstead = await pauseBeforeRestart(run, decision);
    if (endInstead) return run.end({ ...endInstead, exitCode: run.attempt?.exitCode ?? null });
    decision = await driveOnce(run, false);
  }
  await run.end({ ...decision, exitCode: run.attempt?.exitCode ?? null });
}

/** @returns false if the run was stopped while it was queued */
async function waitForRoom(run: SupervisedRun): Promise<boolean> {
  while (run.supervision.phase === 'queued') {
    if (await run.isStopAsked()) return false;
    const note = await unlessUnreachable(
      () => beginIfRoom(run.options, run.record, () => run.update({ phase: 'launching', note: null })),
      (why) => `cannot look for cores: ${why}`,
    );
    if (note === null) break;
    await run.update({ note });
    await run.sleep(run.timing.queueEveryMs);
  }
  return true;
}
