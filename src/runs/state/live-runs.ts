import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { runErrors } from '../record/run-errors.js';
import { type RunRecord, readRuns } from '../record/run-record.js';
import { isLive, readRunStatus } from './run-state.js';
import { isSupervised, readSupervision } from './supervision.js';

/** The runs that are live. While no driver can be alive, those are live whose supervisor will start them again. */
export async function liveRuns(target: Target, project: ProjectFolder): Promise<RunRecord[]> {
  return onlyLive(target, project, await readRuns(project, target.name));
}

/**
 * Makes sure that no other run of this name is live: two live runs must not share a checkpoint.
 * @param otherwise what the user can do instead of stopping that run, as the end of the hint
 * @throws RUN_LIVE
 */
export async function requireNoLiveRun(
  target: Target,
  project: ProjectFolder,
  name: string,
  otherwise = ', or give this one a `--name` of its own',
): Promise<void> {
  const runs = (await readRuns(project, target.name)).filter((run) => run.name === name);
  const [live] = await onlyLive(target, project, runs);
  if (live) throw runErrors.RUN_LIVE({ run: live.run, otherwise });
}

async function onlyLive(target: Target, project: ProjectFolder, runs: readonly RunRecord[]): Promise<RunRecord[]> {
  const canBeAlive = await target.drivers.canBeAlive();
  const areLive = await Promise.all(
    runs.map(async ({ run }) => {
      if (!canBeAlive) return isSupervised(project, await readSupervision(project, run));
      return isLive((await readRunStatus(target, project, run)).state);
    }),
  );
  return runs.filter((_, index) => areLive[index]);
}
