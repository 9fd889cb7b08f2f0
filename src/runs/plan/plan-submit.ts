import { resolve } from 'node:path';
import { UsageError } from '../../errors.js';
import type { JobFolders } from '../../jobs/find-jobs.js';
import type { JobDefinition } from '../../jobs/job-definition.js';
import { resolveJob } from '../../jobs/resolve-job.js';
import type { Resources } from '../../spark/submit-line.js';
import { quote } from '../../targets/shell.js';
import { planJob } from './plan-job.js';
import { checkName, commonPlan, type RunPlan, type RunPlanOptions } from './run-plan.js';
import { collectScript } from './script-files.js';

const SCRIPT_RESOURCES: Resources = { cores: 1, executorMemory: '512m', driverMemory: '512m' };

/** The plan of a job by its name, or of a script by its path. @throws UsageError */
export function planSubmit(folders: JobFolders, options: RunPlanOptions): Promise<RunPlan> {
  return isScript(options.job) ? planScript(options) : planJob(folders, options);
}

/** A job's name has no slash and does not end in `.py`. */
function isScript(job: string): boolean {
  return job.endsWith('.py') || job.includes('/');
}

/** @throws UsageError for a script that cannot be read, and for options that only a job takes */
async function planScript(options: RunPlanOptions): Promise<RunPlan> {
  if (options.settings.length > 0 || options.trigger !== undefined)
    throw new UsageError(
      'A script takes no `--set` and no `--trigger`',
      `Give it arguments after \`--\`: \`millrace submit ${quote(options.job)} -- --window 10s\`.`,
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
    ...resolveJob(job, {}),
    job,
    script,
    name: checkName(options.name ?? script.name),
    values: {},
    template: '',
    trigger: null,
    deadLetters: null,
  };
}
