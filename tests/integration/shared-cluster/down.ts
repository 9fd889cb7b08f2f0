import { rm } from 'node:fs/promises';
import { cliJson } from '../cli.js';

/** Takes the cluster down with all its data; a project that cannot be taken down fails the test run. */
export default async function down(): Promise<void> {
  const project = process.env.MILLRACE_TEST_PROJECT;
  if (project === undefined) return;
  if (process.env.MILLRACE_TEST_SKIP !== 'yes') await cliJson(['cluster', 'down', '--purge', '--yes'], { project });
  await rm(project, { recursive: true });
}
