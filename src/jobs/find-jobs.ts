import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { readTextIfThere } from '../project/atomic-file.js';
import { type JobDefinition, parseJob } from './job-definition.js';
import { type JobFolders, jobNames } from './job-names.js';

export type { JobFolders } from './job-names.js';

export async function listJobs(where: JobFolders): Promise<JobDefinition[]> {
  return Promise.all((await jobNames(where)).map((name) => findJob(where, name)));
}

/** @throws UsageError when there is no such job, or its file is no job file */
export async function findJob(where: JobFolders, name: string): Promise<JobDefinition> {
  const found = await firstFile(where, 'jobs', `${name}.yaml`);
  if (found) return parseJob(name, found.text, found.path);
  const known = (await listJobs(where)).map((job) => job.name);
  throw new UsageError(`There is no job \`${name}\``, `There are: ${known.join(', ')}.`);
}

/** @throws UsageError when the job's template is in none of the folders */
export async function findTemplate(where: JobFolders, { name, template }: JobDefinition): Promise<string> {
  const found = await firstFile(where, 'templates', template);
  if (found) return found.text;
  throw new UsageError(
    `The job ${name} needs the template ${template}, which is in no folder \`templates\``,
    'Put it into the folder `templates` beside `jobs`.',
  );
}

async function firstFile(
  { folders }: JobFolders,
  kind: string,
  file: string,
): Promise<{ path: string; text: string } | undefined> {
  if (!/^[\w.-]+$/.test(file)) return undefined;
  for (const folder of folders) {
    const path = join(folder, kind, file);
    const text = await readTextIfThere(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}
