import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliJson } from '../cli.js';

/** One cluster for the whole test run, in a folder whose name holds what trips programs: an accent, a blank, a comma. */
export default async function up(): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'tést, project '));
  process.env.MILLRACE_TEST_PROJECT = project;
  const { seconds } = await cliJson<{ seconds: number }>(['cluster', 'up', '--ports', 'auto'], { project });
  console.log(`\ncluster for the tests: up in ${seconds.toFixed(1)} s in ${project}`);
}
