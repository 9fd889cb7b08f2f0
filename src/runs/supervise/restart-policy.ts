import type { EndState, RunCause } from '../state/supervision.js';

/** An attempt that lasted this long was healthy: restarts after it are counted from zero, as in Kubernetes. */
const HEALTHY_AFTER_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** A stream goes on until it is told to stop, so it is restarted even if its driver ended without an error. */
const ENDED_UNASKED: RunCause = {
  code: 'ended-unasked',
  words: 'it ended without being told to, perhaps because of a SIGTERM',
  isTransient: true,
  cure: null,
};

/** What is known when a driver has ended. */
export interface AttemptEnd {
  /** Null if no process was left to write it down. */
  readonly exitCode: number | null;
  readonly cause: RunCause;
  readonly isStopAsked: boolean;
  readonly isStream: boolean;
  /** A stream that goes on until it is stopped. A user's script does not count: it may end by itself. */
  readonly isEndless: boolean;
  /** It has done a part of its work, in this attempt or an earlier one. */
  readonly hasWorked: boolean;
  readonly restartsAllowed: number;
  /** Restarts since the last healthy attempt. */
  readonly restartsUsed: number;
}

export type Decision =
  | { readonly next: 'end'; readonly state: EndState; readonly cause: RunCause | null }
  | { readonly next: 'restart'; readonly afterMs: number; readonly cause: RunCause };

/** What to do after the end of a driver. */
export function decide(end: AttemptEnd): Decision {
  if (end.isStopAsked) return { next: 'end', state: 'stopped', cause: null };
  if (end.exitCode === 0 && !end.isEndless) return { next: 'end', state: 'succeeded', cause: null };
  const cause = hasEndedUnasked(end) ? ENDED_UNASKED : end.cause;
  if (canHelp(cause, end.hasWorked) && end.restartsUsed < end.restartsAllowed) {
    return { next: 'restart', afterMs: pauseMs(end.restartsUsed), cause };
  }
  return { next: 'end', state: isLost(end) ? 'lost' : 'failed', cause };
}

/** A driver that could not be launched has no exit code either, but is not lost. */
function isLost({ exitCode, cause }: AttemptEnd): boolean {
  return exitCode === null && cause.code !== 'not-launched';
}

/** A script that gets a SIGTERM finishes its batch and ends with 0; before it handles signals, Python ends with 143. */
function hasEndedUnasked({ exitCode, cause, isStream, isEndless }: AttemptEnd): boolean {
  if (exitCode === 0) return isEndless;
  return isStream && (cause.code === 'terminated' || cause.code === 'interrupted');
}

/** A driver that failed before its first batch for a lasting reason would fail in the same way again. */
function canHelp({ isTransient, code }: RunCause, hasWorked: boolean): boolean {
  return isTransient || (code === 'other' && hasWorked);
}

/** Twice as long each time. */
function pauseMs(restartsUsed: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** restartsUsed, LONGEST_PAUSE_MS);
}

/** How many of the attempts were restarts after the last healthy one. */
export function countRestarts(attempts: ReadonlyArray<{ startedAt: string; endedAt: string | null }>): number {
  const lastHealthy = attempts.findLastIndex(
    ({ startedAt, endedAt }) => endedAt !== null && Date.parse(endedAt) - Date.parse(startedAt) >= HEALTHY_AFTER_MS,
  );
  return Math.max(0, attempts.length - 1 - Math.max(0, lastHealthy));
}
