import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliJson } from '../cli.js';
import { sparkImages } from '../target-data.js';
import { CLASSIC_SPARK, type TestTarget } from './project.js';
import { makeWindowsCheckout } from './windows-checkout.js';

const CLASSIC = ['--coordination', 'zookeeper', '--spark-version', CLASSIC_SPARK];
const UP: Readonly<Record<TestTarget, readonly string[]>> = {
  local: ['--target', 'local'],
  docker: ['--target', 'docker'],
  classic: ['--target', 'docker', ...CLASSIC],
};

/**
 * One cluster for the whole test run, in a folder whose name holds what trips programs: an accent, a blank, a comma.
 * Nothing is started where all tests are skipped, because what they need is not there.
 */
export default async function up(_global: unknown, { displayName }: { displayName: { name: string } }): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'tést, project '));
  const target = displayName.name === 'story' ? 'local' : (displayName.name as TestTarget);
  Object.assign(process.env, { MILLRACE_TEST_PROJECT: project, MILLRACE_TEST_TARGET: target });
  if (process.env.MILLRACE_TEST_SKIP === 'yes') return;
  if (target === 'classic') {
    process.env.MILLRACE_TEST_CHECKOUT = await makeWindowsCheckout();
    process.env.MILLRACE_TEST_IMAGES = JSON.stringify(await sparkImages());
  }
  const { seconds } = await cliJson<{ seconds: number }>(['cluster', 'up', '--ports', 'auto', ...UP[target]], {
    project,
  });
  console.log(`\ncluster for the tests on ${target}: up in ${seconds.toFixed(1)} s in ${project}`);
}
