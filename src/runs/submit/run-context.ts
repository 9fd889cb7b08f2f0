import type { JobFolders } from '../../jobs/find-jobs.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Reporter } from '../../report/reporter.js';
import type { Target } from '../../targets/target.js';
import type { RunPlanOptions } from '../plan/run-plan.js';
import type { RunState } from '../state/run-state.js';

export interface RunContext {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly jobs: JobFolders;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

export interface SubmitOptions extends RunPlanOptions {
  readonly isNewCheckpoint?: boolean;
  /** Goes on where records are gone that the checkpoint points at. */
  readonly toleratesLoss?: boolean;
  /** The connector by --packages: resolved on every submit, through Ivy. */
  readonly usesPackages?: boolean;
  /** Waits for cores, where there are too few, instead of refusing. */
  readonly isQueueing?: boolean;
  /** Returns once the run is looked after. */
  readonly isDetached?: boolean;
  /** Stays with a stream; an abort then lets go of it. */
  readonly isFollowing?: boolean;
}

export interface SubmitReport {
  readonly run: string;
  readonly state: RunState;
  /** The application's own, once it has ended. */
  readonly exitCode: number | null;
  /** What it waits for, why it ended, or why nothing was started. */
  readonly note: string | null;
  readonly ui: string | null;
}
