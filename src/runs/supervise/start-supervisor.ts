import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { readTextIfThere } from '../../project/atomic-file.js';
import { lookUntil } from '../../project/look-until.js';
import { packagePath } from '../../project/package-files.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { runFile } from '../record/run-record.js';
import { readSupervision } from '../state/supervision.js';
import { superviseErrors } from './supervise-errors.js';

const LOG = 'supervisor.log';
const RECORDED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** A supervisor only looks and waits, so a small heap is enough; and there is one process for each run. */
const HEAP_MB = 64;

/**
 * Starts the process that looks after a run, in a session of its own, and returns once it has taken the run over.
 * @throws SUPERVISOR_NOT_STARTED
 */
export async function startSupervisor(project: ProjectFolder, target: string, run: string): Promise<void> {
  const log = await open(runFile(project, run, LOG), 'a');
  const place = ['--project', project.root, '--target', target];
  const command = [`--max-old-space-size=${HEAP_MB}`, packagePath('bin', 'cli'), ...place, 'runs', 'supervise', run];
  const child = spawn(process.execPath, command, {
    cwd: project.root,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let failure: string | undefined;
  child.once('error', ({ message }) => {
    failure = message;
  });
  child.once('exit', (code) => {
    failure ??= `it ended with ${code}`;
  });
  child.unref();
  await log.close();
  await waitUntilRecorded(project, run, child.pid, () => failure);
}

async function waitUntilRecorded(
  project: ProjectFolder,
  run: string,
  pid: number | undefined,
  failure: () => string | undefined,
): Promise<void> {
  const look = async () => {
    const supervision = await readSupervision(project, run);
    if (supervision?.verdict || (pid !== undefined && supervision?.supervisor.pid === pid)) return { reason: null };
    const reason = failure();
    return reason === undefined ? undefined : { reason };
  };
  const seen = await lookUntil(look, { everyMs: LOOK_EVERY_MS, withinMs: RECORDED_WITHIN_MS });
  const reason = seen ? seen.reason : 'it did not take the run over in time';
  if (reason === null) return;
  throw superviseErrors.SUPERVISOR_NOT_STARTED({ run, reason, lastLine: await lastLine(project, run) });
}

async function lastLine(project: ProjectFolder, run: string): Promise<string> {
  const text = (await readTextIfThere(runFile(project, run, LOG))) ?? '';
  return text.trim().split('\n').at(-1) ?? '';
}
