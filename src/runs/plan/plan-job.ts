import { UsageError } from '../../errors.js';
import { findJob, findTemplate, type JobFolders } from '../../jobs/find-jobs.js';
import type { JobDefinition } from '../../jobs/job-definition.js';
import { namesGiven, resolveParameters } from '../../jobs/parameters.js';
import { refuseUnfit } from '../../jobs/refusals.js';
import { resolveJob } from '../../jobs/resolve-job.js';
import { parseDurationMs, toSparkInterval } from '../../project/duration.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { checkName, commonPlan, type RunPlan, type RunPlanOptions } from './run-plan.js';

const DEFAULT_TRIGGER = '1 second';
const NAME_ANOTHER = 'Name another topic for one of the two.';

/** @throws UsageError for an unknown job or parameter, a bad value, name or trigger, and for what the job refuses */
export async function planJob(folders: JobFolders, options: RunPlanOptions): Promise<RunPlan> {
  const job = await findJob(folders, options.job);
  if (job.startedBy && job.startedBy !== options.startedBy) {
    throw new UsageError(`The job ${job.name} is started by \`${job.startedBy}\``, 'Run that command.');
  }
  const values = resolveParameters(job, options.settings);
  const trigger = checkTrigger(job, options.trigger);
  refuseUnfit(job, { values: { trigger, ...values }, given: new Set(namesGiven(options.settings)) });
  const name = checkName(options.name ?? job.name);
  const resolved = resolveJob(job, values);
  const deadLetters = job.kind === 'streaming' ? `${name}.dead-letters` : null;
  checkTopics(resolved.reads, [...resolved.writes.map(({ topic }) => topic), deadLetters]);
  if (options.args && options.args.length > 0)
    throw new UsageError(
      `The job ${job.name} takes no arguments`,
      `Set its parameters with \`--set\`; see \`millrace job show ${job.name}\`.`,
    );
  const template = await findTemplate(folders, job);
  return {
    ...commonPlan(job, options),
    ...resolved,
    job,
    script: null,
    name,
    values,
    template,
    trigger,
    deadLetters,
  };
}

/** The trigger as Spark spells it; null for a batch. @throws UsageError for a batch with a trigger, or a wrong trigger */
function checkTrigger({ kind, name }: JobDefinition, trigger: string | undefined): string | null {
  if (kind === 'streaming') {
    if (trigger === AVAILABLE_NOW) return trigger;
    return trigger === undefined ? DEFAULT_TRIGGER : toSparkInterval(parseDurationMs(trigger));
  }
  if (trigger === undefined) return null;
  throw new UsageError(`The job ${name} is a batch and has no trigger`, 'Leave --trigger out.');
}

/** @throws UsageError for a topic that one run would read twice, read and write, or write twice */
function checkTopics(reads: readonly string[], writes: readonly (string | null)[]): void {
  // Each side of a join would take the records of the other side for dead letters.
  const readTwice = findRepeated(reads);
  if (readTwice) throw new UsageError(`The topic ${readTwice} would be read twice by the same run`, NAME_ANOTHER);
  const both = reads.find((topic) => writes.includes(topic));
  if (both !== undefined)
    throw new UsageError(`The topic ${both} would be read and written by the same run`, NAME_ANOTHER);
  const twice = findRepeated(writes);
  if (twice) throw new UsageError(`The topic ${twice} would get two kinds of records from the same run`, NAME_ANOTHER);
}

function findRepeated(topics: readonly (string | null)[]): string | null | undefined {
  return topics.find((topic, at) => topics.indexOf(topic) < at);
}
