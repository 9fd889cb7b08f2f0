import { MillraceError } from '../../errors.js';
import { isOfThisBoot } from '../../project/process-identity.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { isOurs } from '../../project/project-home.js';
import type { Target } from '../../targets/target.js';
import type { RunRecord } from '../record/run-record.js';
import { isSupervised, readSupervision } from '../state/supervision.js';
import { startSupervisor } from './start-supervisor.js';

/**
 * Gives each run whose supervisor was killed a new one: otherwise its driver would not be restarted, and a queued run would
 * wait for ever. Runs that ended with a restart of the machine stay as they are. So do runs that were copied with the project's
 * folder: the original looks after them.
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

/** A supervisor that cannot be started now is tried again at the next look. The command that looks must not fail for it. */
async function start(project: ProjectFolder, target: Target, run: string): Promise<void> {
  try {
    await startSupervisor(project, target.name, run);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
  }
}
