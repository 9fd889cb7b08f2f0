import { resolve } from 'node:path';
import { UsageError } from '../../errors.js';
import { findJob, findTemplate, type JobFolders } from '../../jobs/find-jobs.js';
import { type JobDefinition, resolveValue } from '../../jobs/job-definition.js';
import { namesGiven, type ParameterValues, resolveParameters } from '../../jobs/parameters.js';
import type { LiteralValue } from '../../jobs/python-literal.js';
import { refuseUnfit } from '../../jobs/refusals.js';
import { writtenTopics } from '../../jobs/written-topics.js';
import { parseDurationMs, toSparkInterval } from '../../project/duration.js';
import type { Resources } from '../../spark/submit-line.js';
import { quote } from '../../targets/shell.js';
import { type CollectedScript, collectScript } from './script-files.js';

export const AVAILABLE_NOW = 'available-now';
const DEFAULT_TRIGGER = '1 second';
const BACKGROUND_EVERY_MS = 10_000;

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
  readonly resources: Resources;
  /** How often its driver is started again after a failure. */
  readonly restarts: number;
  /** The user's own script, which stands for a job and its template. */
  readonly script: OwnScript | null;
  /** What a user's script gets as arguments. */
  readonly args: readonly string[];
}

export interface OwnScript extends CollectedScript {
  readonly path: string;
}

export interface PlanOptions {
  readonly job: string;
  /** `name=value` as typed. */
  readonly settings: readonly string[];
  readonly name?: string | undefined;
  readonly trigger?: string | undefined;
  readonly extra?: Readonly<Record<string, LiteralValue>>;
  /** The command that asks, where it is another one than `submit`: some jobs are started by one of their own. */
  readonly startedBy?: string | undefined;
  /** Takes the place of the job's own number. */
  readonly cores?: number | undefined;
  /** 5 for a stream, 0 for a batch, which has no checkpoint to go on from. */
  readonly restarts?: number | undefined;
  /** What follows on `--`, for a script. */
  readonly args?: readonly string[];
}

const STREAM_RESTARTS = 5;
const SCRIPT_RESOURCES: Resources = { cores: 1, executorMemory: '512m', driverMemory: '512m' };

/** The plan of a job by its name, or of a script by its path. @throws what either of them throws */
export function planSubmit(folders: JobFolders, options: PlanOptions): Promise<RunPlan> {
  return isScript(options.job) ? planScript(options) : planRun(folders, options);
}

/** A job's name holds no slash and no `.py` at its end. */
function isScript(job: string): boolean {
  return job.endsWith('.py') || job.includes('/');
}

/** @throws UsageError for a script that cannot be read, and for what only a job has */
async function planScript(options: PlanOptions): Promise<RunPlan> {
  if (options.settings.length > 0 || options.trigger !== undefined)
    throw new UsageError(
      'A script has no parameters and no trigger of ours',
      `Give it arguments behind \`--\`: \`millrace submit ${quote(options.job)} -- --window 10s\`.`,
    );
  const script = { ...(await collectScript(options.job)), path: resolve(options.job) };
  const job: JobDefinition = {
    name: script.name,
    description: `the script ${script.path}`,
    kind: script.kind,
    template: '',
    reads: [],
    writes: [],
    parameters: {},
    refuse: [],
    resources: SCRIPT_RESOURCES,
  };
  return {
    ...commonPlan(job, options),
    job,
    script,
    name: checkName(options.name ?? script.name),
    values: {},
    template: '',
    trigger: null,
    reads: [],
    writes: [],
    deadLetters: null,
  };
}

function commonPlan(job: JobDefinition, { cores, restarts, args, extra }: PlanOptions) {
  return {
    extra: extra ?? {},
    resources: { ...job.resources, ...(cores === undefined ? {} : { cores }) },
    restarts: restarts ?? (job.kind === 'streaming' ? STREAM_RESTARTS : 0),
    args: args ?? [],
  };
}

/** @throws UsageError for an unknown job or parameter, a bad value, name or trigger, and for what the job refuses */
export async function planRun(folders: JobFolders, options: PlanOptions): Promise<RunPlan> {
  const job = await findJob(folders, options.job);
  if (job.startedBy && job.startedBy !== options.startedBy) {
    throw new UsageError(`The job ${job.name} is started by \`${job.startedBy}\``, 'Run that command.');
  }
  const values = resolveParameters(job, options.settings);
  const trigger = checkTrigger(job, options.trigger);
  refuseUnfit(job, { values: { trigger, ...values }, given: new Set(namesGiven(options.settings)) });
  const name = checkName(options.name ?? job.name);
  const reads = job.reads.map((topic) => String(resolveValue(topic, values)));
  const writes = writtenTopics(job, values).map(({ topic }) => topic);
  const deadLetters = job.kind === 'streaming' ? `${name}.dead-letters` : null;
  refuseTwice(reads);
  refuseLoop(reads, [...writes, deadLetters]);
  if (options.args && options.args.length > 0)
    throw new UsageError(
      `The job ${job.name} takes no arguments`,
      `Set its parameters with \`--set\`; see \`millrace job show ${job.name}\`.`,
    );
  return {
    ...commonPlan(job, options),
    job,
    script: null,
    name,
    values,
    writes,
    template: await findTemplate(folders, job),
    trigger,
    reads,
    deadLetters,
  };
}

/** A script of the user's checkpoints where it says so itself. */
export function hasCheckpoint({ job, script }: RunPlan): boolean {
  return job.kind === 'streaming' && script === null;
}

/** Held while something is started or put away under a run's name. */
export function nameLock(name: string): string {
  return `name-${name}`;
}

/** Each side of a join would take the other's records for dead letters. */
function refuseTwice(reads: readonly string[]): void {
  const twice = findRepeated(reads);
  if (twice === undefined) return;
  throw new UsageError(
    `The topic ${twice} would be read twice by the same run`,
    'Name another topic for one of the two.',
  );
}

function refuseLoop(reads: readonly string[], writes: readonly (string | null)[]): void {
  const hint = 'Name another topic for one of the two.';
  const both = reads.find((topic) => writes.includes(topic));
  if (both !== undefined) throw new UsageError(`The topic ${both} would be read and written by the same run`, hint);
  const twice = findRepeated(writes);
  if (twice) throw new UsageError(`The topic ${twice} would get two kinds of records from the same run`, hint);
}

function findRepeated(topics: readonly (string | null)[]): string | null | undefined {
  return topics.find((topic, at) => topics.indexOf(topic) < at);
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

/** The pace of the queries that nobody waits for: at the pace of the results they would take half of the core from these. */
export function backgroundTrigger(trigger: string | null): string | null {
  if (trigger === null || trigger === AVAILABLE_NOW) return trigger;
  return toSparkInterval(Math.max(parseDurationMs(trigger), BACKGROUND_EVERY_MS));
}
