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
  /** Goes on although records are gone that the checkpoint points at. */
  readonly toleratesLoss?: boolean;
  /** Gets the connector with --packages, which Ivy resolves on every submit. */
  readonly usesPackages?: boolean;
  /** Waits for cores if there are too few, instead of refusing. */
  readonly isQueueing?: boolean;
  /** Returns once the run has a supervisor. */
  readonly isDetached?: boolean;
  /** Waits for the end of a stream. An abort then ends the waiting, not the stream. */
  readonly isFollowing?: boolean;
}

export interface SubmitReport {
  readonly run: string;
  readonly state: RunState;
  /** The application's own exit code, once it has ended. */
  readonly exitCode: number | null;
  /** What it waits for, why it ended, or why nothing was started. */
  readonly note: string | null;
  readonly ui: string | null;
}
