import type { JobFolders } from '../jobs/find-jobs.js';
import type { Config, ConfigOverrides } from '../project/config.js';
import type { KnownProjects } from '../project/known-projects.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import type { Brands } from '../seed/brands/brands.js';
import type { Target } from '../targets/target.js';

/** What every command works with; it is made once the flags are known. */
export interface CommandContext {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly target: Target;
  /** Why this target was chosen, where the command looked which one answers; else null. */
  readonly targetReason: string | null;
  /** `--project` and `--target` as this command was given them, for the commands that it suggests: `--project /elsewhere`. */
  readonly globalOptions: readonly string[];
  readonly jobs: JobFolders;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly projects: KnownProjects;
  /** Opens another project as its own commands would. */
  openProject(root: string): Promise<{ readonly project: ProjectFolder; readonly target: Target }>;
  /** @throws UsageError unless the user, or `--yes`, agrees */
  confirm(question: string): Promise<void>;
  /** Asks what may stay open: null where nobody can answer. */
  ask(question: string): Promise<boolean | null>;
  readBrands(): Promise<Brands>;
  /** The variables of these names, for the credentials that a source needs. */
  environmentOf(names: readonly string[]): Readonly<Record<string, string | undefined>>;
}

export interface OpenOptions {
  /** Flags that replace a setting of millrace.yaml. */
  readonly config?: ConfigOverrides;
  /** Without a target named, look which one answers; other commands take that of the last `cluster up`. */
  readonly isChoosingTarget?: boolean;
  /** `--yes` was given. */
  readonly isYes?: boolean | undefined;
  /** A project to open instead of that of the folder or of `--project`. */
  readonly projectFolder?: string;
}

/** Every command gets it and calls it in its action: before that nothing is loaded, so that `--help` is quick. */
export type OpenContext = (options?: OpenOptions) => Promise<CommandContext>;
