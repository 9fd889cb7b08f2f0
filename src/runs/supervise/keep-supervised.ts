import { MillraceError } from '../../errors.js';
import { isOfThisBoot } from '../../project/process-identity.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { isOurs } from '../../project/project-home.js';
import type { Target } from '../../targets/target.js';
import type { RunRecord } from '../record/run-record.js';
import { isSupervised, readSupervision } from '../state/supervision.js';
import { startSupervisor } from './start-supervisor.js';

/**
 * Gives a run whose supervisor was killed a new one: nobody would start its driver again otherwise, and a queued run would
 * wait for ever. What a restart of the machine has ended stays as it is, and so does what came along with a copied folder:
 * the original looks after it.
 */
export async function keepSupervised(
  target: Target,
  project: ProjectFolder,
  runs: readonly RunRecord[],
): Promise<void> {
  for (const { run } of runs) {
    const supervision = await readSupervision(project, run);
    if (!supervision || supervision.verdict || isSupervised(project, supervision)) continue;
    if (!isOurs(project.state, supervision.supervisor)) continue;
    if (isOfThisBoot(supervision.supervisor) && (await target.drivers.canBeAlive())) await start(project, target, run);
  }
}

/** What cannot be fixed now is tried again at the next look; the looking itself is not to fail for it. */
async function start(project: ProjectFolder, target: Target, run: string): Promise<void> {
  try {
    await startSupervisor(project, target.name, run);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
  }
}
