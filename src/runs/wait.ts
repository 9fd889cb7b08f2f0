import { setTimeout as sleep } from 'node:timers/promises';
import type { Reporter } from '../report/reporter.js';
import { findCause } from '../spark/driver-log.js';
import { parseProgress } from '../spark/progress.js';
import type { Target } from '../targets/target.js';
import { JobFailedError } from './run-errors.js';
import { isLive, type RunStatus, readApplication, readRunStatus } from './run-state.js';

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

async function waitUntil(
  options: WaitOptions,
  isDone: (status: RunStatus) => boolean | Promise<boolean>,
): Promise<RunStatus> {
  const { target, run, signal } = options;
  const watch = new RunWatch(options);
  for (;;) {
    signal.throwIfAborted();
    const status = await readRunStatus(target, run);
    if (await isDone(status)) return status;
    await watch.look(status);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Reads only what was appended to a run's files since the last look, and tells what is worth telling. */
class RunWatch {
  private logByte = 0;
  private progressByte = 0;
  private batches = 0;
  private rows = 0;
  private isWarned = false;

  constructor(private readonly options: WaitOptions) {}

  async look({ state }: RunStatus): Promise<void> {
    const { run, report } = this.options;
    await this.readProgress();
    if (this.batches === 0) report.progress({ label: `${run} ${state}` });
    else report.progress({ label: `${run} ${state}, batch ${this.batches}`, done: this.rows, unit: 'records' });
    if (this.isWarned || !(await this.isWaitingForExecutors())) return;
    this.isWarned = true;
    report.warn(
      `${run} waits for cores or memory: what holds them is on the master's page, see \`millrace cluster status\``,
    );
  }

  private async readProgress(): Promise<void> {
    const { target, run } = this.options;
    const { text, nextByte } = await target.data.tail(`runs/${run}/progress.ndjson`, this.progressByte);
    this.progressByte = nextByte;
    for (const { query, rowsRead } of parseProgress(text)) {
      if (query !== 'topic') continue;
      this.batches += 1;
      this.rows += rowsRead;
    }
  }

  /** Spark would wait for ever and say so only in the log. */
  private async isWaitingForExecutors(): Promise<boolean> {
    const { target, run } = this.options;
    const { text, nextByte } = await target.data.tail(`runs/${run}/driver.log`, this.logByte);
    this.logByte = nextByte;
    return WAITS_FOR_EXECUTORS.test(text);
  }
}

/** @throws JobFailedError naming the cause that the driver's log gives */
export async function throwIfFailed({ data }: Target, run: string, { state, exitCode }: RunStatus): Promise<void> {
  if (state !== 'failed' && state !== 'lost') return;
  const path = `runs/${run}/driver.log`;
  const killed = 'its driver was killed';
  const cause = state === 'lost' ? killed : findCause((await data.read(path)) ?? '');
  throw new JobFailedError(
    run,
    exitCode,
    exitCode === 137 ? `${killed}, perhaps out of memory (137)` : cause,
    data.describe(path),
  );
}
