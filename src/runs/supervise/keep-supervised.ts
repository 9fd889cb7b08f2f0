import { MillraceError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import type { RunRecord } from '../run-record.js';
import { startSupervisor } from './start-supervisor.js';
import { isSupervised, readSupervision } from './supervision.js';

/**
 * Gives a run whose supervisor was killed a new one, as long as its driver lives: nobody would start it again otherwise.
 * What has no driver any more stays as it is, so that looking at runs never starts anything.
 */
export async function keepSupervised(
  target: Target,
  project: ProjectFolder,
  runs: readonly RunRecord[],
): Promise<void> {
  for (const { run } of runs) {
    const supervision = await readSupervision(project, run);
    if (!supervision || supervision.verdict || isSupervised(supervision)) continue;
    if (supervision.attempts.length === 0 || supervision.attempts.at(-1)?.endedAt !== null) continue;
    if ((await target.drivers.find(run)).state === 'running') await start(project, target, run);
  }
}

/** What cannot be mended now is tried again at the next look; the looking itself is not to fail for it. */
async function start(project: ProjectFolder, target: Target, run: string): Promise<void> {
  try {
    await startSupervisor(project, target.name, run);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
  }
}
