import type { JobFolders } from '../jobs/find-jobs.js';
import type { Config, ConfigOverrides } from '../project/config.js';
import type { KnownProjects } from '../project/known-projects.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import type { Brands } from '../seed/brands/brands.js';
import type { Target } from '../targets/target.js';

/** What every command works with; made once its flags are known. */
export interface CommandContext {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly target: Target;
  /** Why it is this target, where nobody has said so. */
  readonly targetReason: string | null;
  /** The options that said where this command goes, for the next one: `--project /elsewhere`. */
  readonly globalOptions: readonly string[];
  readonly jobs: JobFolders;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly projects: KnownProjects;
  /** Opens another project as its own commands would. */
  openProject(root: string): Promise<{ readonly project: ProjectFolder; readonly target: Target }>;
  /** @throws UsageError unless the user, or `--yes`, agrees */
  confirm(question: string): Promise<void>;
  readBrands(): Promise<Brands>;
  /** The variables of these names, for the credentials that a source needs. */
  environmentOf(names: readonly string[]): Readonly<Record<string, string | undefined>>;
}

export interface OpenOptions {
  /** Flags that say the same as a setting of millrace.yaml. */
  readonly config?: ConfigOverrides;
  /** Looks which target answers where nobody has said which it is to be; the others take what was taken last. */
  readonly isChoosingTarget?: boolean;
  /** `--yes`. */
  readonly isYes?: boolean | undefined;
  /** Another project than the one that the folder or `--project` names. */
  readonly projectFolder?: string;
}

/** Given to every command: nothing is loaded before an action runs, so that `--help` is quick. */
export type OpenContext = (options?: OpenOptions) => Promise<CommandContext>;
