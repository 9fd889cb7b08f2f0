import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { readTextIfThere } from '../project/atomic-file.js';
import { type JobDefinition, parseJob } from './job-definition.js';

/** Folders that hold jobs/ and templates/: the project's own first, then the package's. */
export interface JobFolders {
  readonly folders: readonly string[];
}

export async function listJobs({ folders }: JobFolders): Promise<JobDefinition[]> {
  const names = new Set<string>();
  for (const folder of folders) {
    const files = await readdir(join(folder, 'jobs')).catch(() => []);
    for (const file of files) if (file.endsWith('.yaml')) names.add(file.slice(0, -'.yaml'.length));
  }
  return Promise.all([...names].sort().map((name) => findJob({ folders }, name)));
}

/** @throws UsageError when there is no such job, or its file is not one */
export async function findJob(where: JobFolders, name: string): Promise<JobDefinition> {
  const found = await firstFile(where, 'jobs', `${name}.yaml`);
  if (found) return parseJob(name, found.text, found.path);
  const known = (await listJobs(where)).map((job) => job.name);
  throw new UsageError(`There is no job \`${name}\``, `There are: ${known.join(', ')}.`);
}

/** @throws UsageError when the job's template is nowhere */
export async function findTemplate(where: JobFolders, { name, template }: JobDefinition): Promise<string> {
  const found = await firstFile(where, 'templates', template);
  if (found) return found.text;
  throw new UsageError(
    `The job ${name} wants the template ${template}, which is in no templates folder`,
    'Put it beside jobs/.',
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
