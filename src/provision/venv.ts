import { rename, writeFile } from 'node:fs/promises';
import type { Progress, Reporter, Step } from '../report/reporter.js';
import { toMinorVersion, type VenvLayout } from './cache-layout.js';
import { measureFolder, requireFreeSpace, tellsOfFullDisk } from './disk.js';
import { showGrowth } from './growth.js';
import { removeAll, withIncoming } from './incoming.js';
import type { ArtifactLock } from './lock-file.js';
import { findPipReason, type PipPhase, readPipPhase } from './pip-output.js';
import { provisionErrors } from './provision-errors.js';
import type { CommandResult, PlainEnvironment, RunCommand } from './run-command.js';
import type { Python } from './toolchain.js';
import { toMegabytes } from './units.js';
import { describeVenv, isVenvComplete } from './venv-check.js';

export interface VenvOptions {
  readonly cacheFolder: string;
  readonly layout: VenvLayout;
  readonly lock: ArtifactLock;
  readonly python: Python;
  readonly env: PlainEnvironment;
  readonly run: RunCommand;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** Measured 2530 MB: for a while Spark's source package, its unpacked files and the wheel that pip builds are all there. */
export const VENV_NEEDED_BYTES = 2_700_000_000;

// `--use-pep517`: a pip before 23.1 without the package `wheel` would install in the old way, without the RECORD that is checked later.
// The user's own pip settings hold, except for `user = true`, with which pip would not install into the venv.
const PIP_INSTALL = [
  '-I',
  '-m',
  'pip',
  'install',
  '--use-pep517',
  '--no-input',
  '--disable-pip-version-check',
  '--no-user',
];
const NO_BAR = ['--progress-bar', 'off'];

/**
 * Builds the venv with the pinned packages unless it is complete already. It is built in place, because a venv cannot
 * be moved. Call it with the provision lock held.
 * @throws DOWNLOAD_FAILED, NO_SPACE, PYTHON_MISSING
 */
export async function ensureVenv(options: VenvOptions): Promise<void> {
  const { cacheFolder, layout, lock, python, report } = options;
  if (await isVenvComplete(layout, lock, python)) return;
  await report.step(`Install PySpark ${lock.spark} for Python ${toMinorVersion(python.version)}`, async (step) => {
    await removeAll(layout.folder);
    await requireFreeSpace(cacheFolder, VENV_NEEDED_BYTES);
    await withIncoming(options, (incoming) => buildOrRemove(options, incoming));
    await describeSize(layout, step);
  });
}

async function buildOrRemove(options: VenvOptions, incoming: string): Promise<void> {
  const { layout, report } = options;
  try {
    await build(options, incoming);
  } catch (error) {
    await removeAll(layout.folder).catch(({ message }) => report.warn(`Could not remove ${layout.folder}: ${message}`));
    throw error;
  }
}

async function build(options: VenvOptions, incoming: string): Promise<void> {
  const { layout, lock, python } = options;
  await createVenv(options);
  await installPackages(options, incoming);
  const unfinished = `${layout.completeFile}.new`;
  await writeFile(unfinished, describeVenv(lock, python));
  await rename(unfinished, layout.completeFile);
  if (await isVenvComplete(layout, lock, python)) return;
  throw new Error(`pip succeeded, yet ${layout.folder} is not what its RECORD files say`);
}

async function createVenv({ cacheFolder, layout, python, env, run, signal }: VenvOptions): Promise<void> {
  const result = await run(python.binary, ['-I', '-m', 'venv', layout.folder], { env, signal, cwd: cacheFolder });
  if (result.exitCode === 0) return;
  refuseFullDisk(cacheFolder, result);
  const reason = `${python.binary} could not make a virtual environment: ${findPipReason(result)}`;
  throw provisionErrors.PYTHON_MISSING({ reason });
}

async function installPackages(options: VenvOptions, incoming: string): Promise<void> {
  const { cacheFolder, layout, lock, run, report, signal } = options;
  let phase: PipPhase = { label: 'Asking for the packages' };
  const onLine = (line: string) => {
    phase = readPipPhase(line) ?? phase;
  };
  const env = { ...options.env, TMPDIR: incoming };
  const args = [...PIP_INSTALL, ...NO_BAR, ...lock.python.packages];
  const measure = () => measureProgress(phase, [incoming, layout.folder]);
  const install = () => run(layout.python, args, { env, signal, cwd: incoming, onLine });
  const result = await showGrowth({ report, measure }, install);
  if (result.exitCode === 0) return;
  refuseFullDisk(cacheFolder, result);
  const hint = 'pip uses your own settings: see `pip config list`, or set PIP_INDEX_URL to an index you can reach.';
  throw provisionErrors.DOWNLOAD_FAILED({ what: `PySpark ${lock.spark}`, reason: findPipReason(result), hint });
}

/** While pip downloads, the biggest file is the download (pip keeps a second copy of it for its own cache). */
async function measureProgress({ label, totalMb }: PipPhase, folders: readonly string[]): Promise<Progress> {
  const sizes = await Promise.all(folders.map(measureFolder));
  if (totalMb === undefined) return { label, done: sumMegabytes(sizes), unit: 'MB' };
  const total = Math.max(1, Math.round(totalMb));
  const done = Math.min(toMegabytes(sizes[0]?.largestFileBytes ?? 0), total);
  return { label, done, total, unit: 'MB' };
}

function sumMegabytes(sizes: readonly { bytes: number }[]): number {
  return toMegabytes(sizes.reduce((sum, { bytes }) => sum + bytes, 0));
}

function refuseFullDisk(cacheFolder: string, { stdout, stderr }: CommandResult): void {
  if (tellsOfFullDisk(`${stdout}\n${stderr}`))
    throw provisionErrors.NO_SPACE({ folder: cacheFolder, neededBytes: VENV_NEEDED_BYTES });
}

async function describeSize({ folder }: VenvLayout, step: Step): Promise<void> {
  step.detail(`${toMegabytes((await measureFolder(folder)).bytes)} MB`);
}
