import type { JobFolders } from '../jobs/find-jobs.js';
import type { Config, ConfigOverrides } from '../project/config.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import type { Brands } from '../seed/brands.js';
import type { Target } from '../targets/target.js';

/** What every command works with; made once its flags are known. */
export interface CommandContext {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly target: Target;
  readonly jobs: JobFolders;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly isSmallMachine: boolean;
  /** @throws UsageError unless the user, or `--yes`, agrees */
  confirm(question: string): Promise<void>;
  readBrands(): Promise<Brands>;
}

export interface OpenOptions {
  /** Flags that say the same as a setting of millrace.yaml. */
  readonly config?: ConfigOverrides;
  /** `--yes`. */
  readonly isYes?: boolean | undefined;
  /** Another project than the one that the folder or `--project` names. */
  readonly projectFolder?: string;
}

/** Given to every command: nothing is loaded before an action runs, so that `--help` is quick. */
export type OpenContext = (options?: OpenOptions) => Promise<CommandContext>;
