import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { withNameLock } from '../plan/name-lock.js';
import { requireNoLiveRun } from '../state/live-runs.js';
import { compactTime, foldersOfName } from './name-folders.js';

export interface ResetOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly name: string;
  /** Renames the folders instead of deleting them. */
  readonly isBackup: boolean;
  /** Asks the user. @throws UsageError for a no */
  readonly confirm: (question: string) => Promise<void>;
  readonly now: Date;
}

export interface ResetReport {
  readonly name: string;
  /** Folders that were put away, as the user knows them. */
  readonly folders: readonly string[];
  /** Where each of them is now; empty when they were deleted. */
  readonly backups: readonly string[];
}

/**
 * Puts away the checkpoints and results of a name, so that its next submit begins with generation 1. It needs no cluster.
 * @throws UsageError for a name without checkpoints and results, RUN_LIVE while a run of that name is live
 */
export async function resetRuns(options: ResetOptions): Promise<ResetReport> {
  const { target, project, name, isBackup } = options;
  const folders = await foldersOfName(target.data, name);
  await requireNoLiveRun(target, project, name, '');
  await options.confirm(describe(options, folders));
  return withNameLock({ project, name, command: `millrace runs reset ${name}` }, async () => {
    await requireNoLiveRun(target, project, name, '');
    const backups = isBackup ? folders.map((folder) => `${folder}.backup-${compactTime(options.now)}`) : [];
    for (const [index, folder] of folders.entries()) {
      const backup = backups[index];
      await (backup ? target.data.rename(folder, backup) : target.data.remove(folder));
    }
    const described = (paths: readonly string[]) => paths.map((path) => target.data.describe(path));
    return { name, folders: described(folders), backups: described(backups) };
  });
}

function describe({ target, name, isBackup }: ResetOptions, folders: readonly string[]): string {
  const paths = folders.map((folder) => target.data.describe(folder)).join(' and ');
  return `${paths} will be ${isBackup ? 'renamed' : 'deleted'}, and the name ${name} starts over. Go on?`;
}
