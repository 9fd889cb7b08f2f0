import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { resolveRun } from '../record/resolve-run.js';
import { attemptsFolder } from '../record/run-paths.js';
import { isLive, type RunState, readRunStatus } from '../state/run-state.js';
import { DriverLog } from './driver-log.js';
import { ExecutorLogs } from './executor-logs.js';
import type { RunLog, RunLogLine } from './run-log.js';

export interface LogsOptions {
  /** What `resolveRun` takes. */
  readonly word?: string | undefined;
  readonly lines: number;
  readonly isFollowing: boolean;
  /** The logs of the executors instead of the driver's. */
  readonly isOfExecutors: boolean;
  /** An earlier attempt; without it the present one. */
  readonly attempt?: number | undefined;
}

export interface OpenedLogs {
  readonly run: string;
  readonly lines: AsyncIterable<RunLogLine>;
  /** The state of the run now. */
  state(): Promise<RunState>;
}

/**
 * The last lines of a run's log. With `isFollowing` also the lines that come, across restarts, until the run has ended or
 * `signal` aborts.
 * @throws what `resolveRun` throws, ClusterNotRunningError for the logs of executors
 */
export async function openLogs(
  target: Target,
  project: ProjectFolder,
  options: LogsOptions,
  signal: AbortSignal,
): Promise<OpenedLogs> {
  const { run } = await resolveRun(project, target.name, options.word);
  const attempt = await checkAttempt(target, run, options);
  const log = options.isOfExecutors ? new ExecutorLogs(target, run, attempt) : new DriverLog(target.data, run, attempt);
  const state = async () => (await readRunStatus(target, project, run)).state;
  return {
    run,
    lines: follow(log, options, async () => !isLive(await state()), signal),
    state,
  };
}

async function* follow(
  log: RunLog,
  { lines, isFollowing }: LogsOptions,
  hasEnded: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<RunLogLine> {
  yield* await log.last(lines);
  while (isFollowing && !signal.aborted) {
    // Asked before the log is read, so that the last lines of the run are in what is read.
    const isLast = await hasEnded();
    yield* await log.next();
    if (isLast) return;
    await sleep(log.lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Undefined for the present attempt: its log is not in a folder of attempts, as those of earlier ones are. */
async function checkAttempt({ data }: Target, run: string, { attempt, isFollowing }: LogsOptions) {
  if (attempt === undefined) return undefined;
  const earlier = (await data.list(attemptsFolder(run))).filter((name) => /^\d+$/.test(name)).map(Number);
  const present = Math.max(0, ...earlier) + 1;
  if (attempt === present) return undefined;
  if (!earlier.includes(attempt)) {
    const known = [...earlier, present].sort((a, b) => a - b).join(', ');
    throw new UsageError(`The run ${run} has no attempt ${attempt}`, `There are: ${known}.`);
  }
  if (isFollowing) throw new UsageError(`Attempt ${attempt} of ${run} has ended`, 'Leave `--follow` out.');
  return attempt;
}
