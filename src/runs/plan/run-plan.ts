import { UsageError } from '../../errors.js';
import type { JobDefinition } from '../../jobs/job-definition.js';
import type { ParameterValues } from '../../jobs/parameters.js';
import type { LiteralValue } from '../../jobs/python-literal.js';
import type { ResolvedJob } from '../../jobs/resolve-job.js';
import type { Resources } from '../../spark/submit-line.js';
import type { CollectedScript } from './script-files.js';

/** What the user asked for, checked; nothing has been started or written yet. */
export interface RunPlan extends ResolvedJob {
  readonly job: JobDefinition;
  readonly template: string;
  /** The name that checkpoint and output folder belong to. */
  readonly name: string;
  readonly values: ParameterValues;
  /** `available-now` or an interval for streams, null for batches. */
  readonly trigger: string | null;
  readonly deadLetters: string | null;
  /** Values for slots that only some templates have, such as the version of a model. */
  readonly extra: Readonly<Record<string, LiteralValue>>;
  readonly resources: Resources;
  /** How often its driver is started again after a failure. */
  readonly restarts: number;
  /** The user's own script, in place of a job and its template. */
  readonly script: OwnScript | null;
  /** The arguments of a user's script. */
  readonly args: readonly string[];
}

export interface OwnScript extends CollectedScript {
  readonly path: string;
}

export interface RunPlanOptions {
  readonly job: string;
  /** `name=value` as typed. */
  readonly settings: readonly string[];
  readonly name?: string | undefined;
  readonly trigger?: string | undefined;
  readonly extra?: Readonly<Record<string, LiteralValue>>;
  /** The command that submits the job, if it is not `submit`: some jobs have a command of their own. */
  readonly startedBy?: string | undefined;
  /** Replaces the job's own number. */
  readonly cores?: number | undefined;
  /** By default 5 for a stream, 0 for a batch, which has no checkpoint to go on from. */
  readonly restarts?: number | undefined;
  /** The arguments of a script, which follow `--`. */
  readonly args?: readonly string[];
}

const STREAM_RESTARTS = 5;

/** The part that is the same for jobs and scripts. */
export function commonPlan(job: JobDefinition, { cores, restarts, args, extra }: RunPlanOptions) {
  return {
    extra: extra ?? {},
    resources: { ...job.resources, ...(cores === undefined ? {} : { cores }) },
    restarts: restarts ?? (job.kind === 'streaming' ? STREAM_RESTARTS : 0),
    args: args ?? [],
  };
}

/** All topics that the run reads or writes. */
export function allTopics({ reads, writes, deadLetters }: RunPlan): string[] {
  return [...reads, ...writes.map(({ topic }) => topic), ...(deadLetters === null ? [] : [deadLetters])];
}

/**
 * Settings of the topics that a submit creates. Results that have a key are read by the newest record of each, so the broker may
 * take older ones away at any time, and all of them when they are old. A topic of results without a key cannot be compacted.
 */
export function settingsOfTopics({ writes, state }: RunPlan): ReadonlyMap<string, Readonly<Record<string, string>>> {
  if (Object.keys(state.keys).length === 0) return new Map();
  return new Map(writes.map(({ topic }) => [topic, { 'cleanup.policy': 'compact,delete' }]));
}

/** A user's own script chooses its checkpoint itself. */
export function hasCheckpoint({ job, script }: RunPlan): boolean {
  return job.kind === 'streaming' && script === null;
}

/** @throws UsageError */
export function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,79}$/i.test(name)) return name;
  throw new UsageError(
    `\`${name}\` cannot name a run`,
    'Use letters, digits, dots, dashes and underscores, 80 at most.',
  );
}
