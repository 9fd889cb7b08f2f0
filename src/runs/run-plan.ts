import { UsageError } from '../errors.js';
import { findJob, findTemplate, type JobFolders } from '../jobs/find-jobs.js';
import { type JobDefinition, resolveValue } from '../jobs/job-definition.js';
import { type ParameterValues, resolveParameters } from '../jobs/parameters.js';
import type { LiteralValue } from '../jobs/python-literal.js';
import { parseDurationMs, toSparkInterval } from '../project/duration.js';
import type { ProjectFolder } from '../project/project-folder.js';

export const AVAILABLE_NOW = 'available-now';
const DEFAULT_TRIGGER = '1 second';

/** What the user asked for, checked; nothing has been started or written yet. */
export interface RunPlan {
  readonly job: JobDefinition;
  readonly template: string;
  /** The name that checkpoint and output folder belong to. */
  readonly name: string;
  readonly values: ParameterValues;
  /** `available-now` or an interval for streams, null for batches. */
  readonly trigger: string | null;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly deadLetters: string | null;
  /** Slots beside the usual ones, such as the version of a model. */
  readonly extra: Readonly<Record<string, LiteralValue>>;
}

export interface PlanOptions {
  readonly job: string;
  /** `name=value` as typed. */
  readonly settings: readonly string[];
  readonly name?: string | undefined;
  readonly trigger?: string | undefined;
  readonly extra?: Readonly<Record<string, LiteralValue>>;
}

/** @throws UsageError for an unknown job or parameter, a bad value, name or trigger */
export async function planRun(folders: JobFolders, options: PlanOptions): Promise<RunPlan> {
  const job = await findJob(folders, options.job);
  if (job.startedBy && !options.extra) {
    throw new UsageError(`The job ${job.name} is started by \`${job.startedBy}\``, 'Run that command.');
  }
  const values = resolveParameters(job, options.settings);
  const name = checkName(options.name ?? job.name);
  const reads = job.reads.map((topic) => String(resolveValue(topic, values)));
  const writes = job.writes.map((topic) => String(resolveValue(topic, values)));
  const deadLetters = job.kind === 'streaming' ? `${name}.dead-letters` : null;
  refuseLoop(reads, [...writes, deadLetters]);
  return {
    job,
    name,
    values,
    writes,
    template: await findTemplate(folders, job),
    trigger: checkTrigger(job, options.trigger),
    reads,
    deadLetters,
    extra: options.extra ?? {},
  };
}

/** Held while something is started or put away under a run's name. */
export function nameLock({ state }: ProjectFolder, name: string): string {
  return `${state}/locks/name-${name}.lock`;
}

function refuseLoop(reads: readonly string[], writes: readonly (string | null)[]): void {
  const both = reads.find((topic) => writes.includes(topic));
  if (both === undefined) return;
  throw new UsageError(
    `The topic ${both} would be read and written by the same run`,
    'Name another topic for one of the two.',
  );
}

function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,79}$/i.test(name)) return name;
  throw new UsageError(
    `\`${name}\` cannot name a run`,
    'Use letters, digits, dots, dashes and underscores, 80 at most.',
  );
}

function checkTrigger({ kind, name }: JobDefinition, trigger: string | undefined): string | null {
  if (kind === 'streaming') {
    if (trigger === AVAILABLE_NOW) return trigger;
    return trigger === undefined ? DEFAULT_TRIGGER : toSparkInterval(parseDurationMs(trigger));
  }
  if (trigger === undefined) return null;
  throw new UsageError(`The job ${name} is a batch and has no trigger`, 'Leave --trigger out.');
}
