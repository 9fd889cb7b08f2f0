import { rm } from 'node:fs/promises';
import { cliJson } from '../cli.js';
import { run, sparkImages } from '../target-data.js';

/** Takes the cluster down with all its data; a project that cannot be taken down fails the test run. */
export default async function down(): Promise<void> {
  const project = process.env.MILLRACE_TEST_PROJECT;
  if (project === undefined) return;
  if (process.env.MILLRACE_TEST_SKIP !== 'yes') await cliJson(['cluster', 'down', '--purge', '--yes'], { project });
  await rm(project, { recursive: true });
  const { MILLRACE_TEST_CHECKOUT: checkout, MILLRACE_TEST_IMAGES: images } = process.env;
  if (checkout === undefined) return;
  await rm(checkout, { recursive: true });
  const before = JSON.parse(images ?? '[]') as string[];
  const made = (await sparkImages()).filter((image) => !before.includes(image));
  if (made.length > 0) await run('docker', ['rmi', ...made]);
}
