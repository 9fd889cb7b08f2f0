import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliJson } from '../cli.js';
import type { TestTarget } from './project.js';

/** What a kind of tests runs on; faults are injected where the processes can be reached. */
const TARGET: Readonly<Record<string, TestTarget>> = { faults: 'local' };

const UP: Readonly<Record<TestTarget, readonly string[]>> = {
  local: ['--target', 'local'],
  docker: ['--target', 'docker'],
  zookeeper: ['--target', 'docker', '--coordination', 'zookeeper'],
};

/**
 * One cluster for the whole test run, in a folder whose name holds what trips programs: an accent, a blank, a comma.
 * Nothing is started where all tests are skipped, because what they need is not there.
 */
export default async function up(_global: unknown, { displayName }: { displayName: { name: string } }): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'tést, project '));
  const target = TARGET[displayName.name] ?? (displayName.name as TestTarget);
  Object.assign(process.env, { MILLRACE_TEST_PROJECT: project, MILLRACE_TEST_TARGET: target });
  if (process.env.MILLRACE_TEST_SKIP === 'yes') return;
  const { seconds } = await cliJson<{ seconds: number }>(['cluster', 'up', '--ports', 'auto', ...UP[target]], {
    project,
  });
  console.log(`\ncluster for the tests on ${target}: up in ${seconds.toFixed(1)} s in ${project}`);
}
