import { setTimeout as sleep } from 'node:timers/promises';
import { findCause } from '../spark/driver-log.js';
import type { Reporter } from '../report/reporter.js';
import type { Target } from '../targets/target.js';
import { JobFailedError } from './run-errors.js';
import { isLive, type RunStatus, readApplication, readProgress, readRunStatus } from './run-state.js';

const LOOK_EVERY_MS = 200;
const WAITS_FOR_EXECUTORS = /Initial job has not accepted any resources/;

export interface WaitOptions {
  readonly target: Target;
  readonly run: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** Waits until the run has ended. An abort ends the waiting, not the run. */
export async function waitForRunEnd(options: WaitOptions): Promise<RunStatus> {
  return waitUntil(options, ({ state }) => !isLive(state));
}

/** Waits until a stream has committed its first batch (or has nothing to read), or has ended. */
export async function waitUntilSettled(options: WaitOptions): Promise<RunStatus> {
  return waitUntil(options, async ({ state }) => {
    if (!isLive(state)) return true;
    return (await readApplication(options.target, options.run))?.settled ?? false;
  });
}

async function waitUntil(options: WaitOptions, isDone: (status: RunStatus) => boolean | Promise<boolean>): Promise<RunStatus> {
  const { target, run, signal } = options;
  let isWarned = false;
  for (;;) {
    signal.throwIfAborted();
    const status = await readRunStatus(target, run);
    if (await isDone(status)) return status;
    await reportProgress(options, status);
    isWarned ||= await warnOfMissingCores(options);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function reportProgress({ target, run, report }: WaitOptions, { state }: RunStatus): Promise<void> {
  const batches = (await readProgress(target, run)).filter(({ query }) => query === 'topic');
  const rows = batches.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
  report.progress({ label: `${run} ${state}, ${batches.length} batches`, done: rows, unit: 'records' });
}

/** Spark would wait for ever and say so only in the log. */
async function warnOfMissingCores({ target, run, report }: WaitOptions): Promise<boolean> {
  const log = (await target.data.read(`runs/${run}/driver.log`)) ?? '';
  if (!WAITS_FOR_EXECUTORS.test(log)) return false;
  report.warn(`${run} waits for cores or memory: see \`millrace runs list\` for what holds them`);
  return true;
}

/** @throws JobFailedError naming the cause that the driver's log gives */
export async function throwIfFailed({ data }: Target, run: string, { state, exitCode }: RunStatus): Promise<void> {
  if (state !== 'failed' && state !== 'lost') return;
  const path = `runs/${run}/driver.log`;
  const killed = 'its driver was killed';
  const cause = state === 'lost' ? killed : findCause((await data.read(path)) ?? '');
  throw new JobFailedError(run, exitCode, exitCode === 137 ? `${killed}, perhaps out of memory (137)` : cause, data.describe(path));
}
