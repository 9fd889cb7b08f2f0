import { UsageError } from '../../errors.js';
import { findJob, findTemplate, type JobFolders } from '../../jobs/find-jobs.js';
import { resolveValue } from '../../jobs/job-definition.js';
import { namesGiven, resolveParameters } from '../../jobs/parameters.js';
import { refuseUnfit } from '../../jobs/refusals.js';
import { writtenTopics } from '../../jobs/written-topics.js';
import { checkTopics } from './check-topics.js';
import { checkName, commonPlan, type RunPlan, type RunPlanOptions } from './run-plan.js';
import { checkTrigger } from './trigger.js';

/** @throws UsageError for an unknown job or parameter, a bad value, name or trigger, and for what the job refuses */
export async function planJob(folders: JobFolders, options: RunPlanOptions): Promise<RunPlan> {
  const job = await findJob(folders, options.job);
  if (job.startedBy && !options.extra) {
    throw new UsageError(`The job ${job.name} is started by \`${job.startedBy}\``, 'Run that command.');
  }
  const values = resolveParameters(job, options.settings);
  const trigger = checkTrigger(job, options.trigger);
  refuseUnfit(job, { values: { trigger, ...values }, given: new Set(namesGiven(options.settings)) });
  const name = checkName(options.name ?? job.name);
  const reads = job.reads.map((topic) => String(resolveValue(topic, values)));
  const writes = writtenTopics(job, values).map(({ topic }) => topic);
  const deadLetters = job.kind === 'streaming' ? `${name}.dead-letters` : null;
  checkTopics(reads, [...writes, deadLetters]);
  if (options.args && options.args.length > 0)
    throw new UsageError(
      `The job ${job.name} takes no arguments`,
      `Set its parameters with \`--set\`; see \`millrace job show ${job.name}\`.`,
    );
  const template = await findTemplate(folders, job);
  return {
    ...commonPlan(job, options),
    job,
    script: null,
    name,
    values,
    template,
    trigger,
    reads,
    writes,
    deadLetters,
  };
}
