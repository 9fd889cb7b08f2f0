import type { EndState, RunCause } from '../state/supervision.js';

/** An attempt that lasted this long was well: the restarts after it are counted from zero (as Kubernetes does). */
const WELL_AFTER_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** A stream that nobody has told to end is to go on, however its driver ended. */
const ENDED_UNASKED: RunCause = {
  code: 'ended-unasked',
  words: 'it ended without being told to, perhaps by a SIGTERM',
  isTransient: true,
  cure: null,
};

/** What is known when a driver has ended. */
export interface AttemptEnd {
  /** Null where nobody was left to write it down. */
  readonly exitCode: number | null;
  readonly cause: RunCause;
  readonly isStopAsked: boolean;
  readonly isStream: boolean;
  /** A stream that goes on until it is stopped; a user's script may end when it likes. */
  readonly isEndless: boolean;
  /** It has done a part of its work in this attempt or an earlier one. */
  readonly hasWorked: boolean;
  readonly restartsAllowed: number;
  /** Restarts since the last attempt that was well. */
  readonly restartsUsed: number;
}

export type Decision =
  | { readonly next: 'end'; readonly state: EndState; readonly cause: RunCause | null }
  | { readonly next: 'restart'; readonly afterMs: number; readonly cause: RunCause };

/** What follows on the end of a driver. */
export function decide(end: AttemptEnd): Decision {
  if (end.isStopAsked) return { next: 'end', state: 'stopped', cause: null };
  if (end.exitCode === 0 && !end.isEndless) return { next: 'end', state: 'succeeded', cause: null };
  const cause = isByItself(end) ? ENDED_UNASKED : end.cause;
  if (canHelp(cause, end.hasWorked) && end.restartsUsed < end.restartsAllowed) {
    return { next: 'restart', afterMs: pauseMs(end.restartsUsed), cause };
  }
  return { next: 'end', state: isLost(end) ? 'lost' : 'failed', cause };
}

/** A driver that never began has no exit code either, and nothing of it is lost. */
function isLost({ exitCode, cause }: AttemptEnd): boolean {
  return exitCode === null && cause.code !== 'not-launched';
}

/** A script that gets a SIGTERM finishes its batch and ends with 0; before it listens Python ends with 143. */
function isByItself({ exitCode, cause, isStream, isEndless }: AttemptEnd): boolean {
  if (exitCode === 0) return isEndless;
  return isStream && (cause.code === 'terminated' || cause.code === 'interrupted');
}

/** What failed before its first batch, for no passing reason, would fail in the same way again. */
function canHelp({ isTransient, code }: RunCause, hasWorked: boolean): boolean {
  return isTransient || (code === 'other' && hasWorked);
}

function pauseMs(restartsUsed: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** restartsUsed, LONGEST_PAUSE_MS);
}

/** How many of the attempts were restarts that followed closely on a failure. */
export function countRestarts(attempts: ReadonlyArray<{ startedAt: string; endedAt: string | null }>): number {
  const lastWell = attempts.findLastIndex(
    ({ startedAt, endedAt }) => endedAt !== null && Date.parse(endedAt) - Date.parse(startedAt) >= WELL_AFTER_MS,
  );
  return Math.max(0, attempts.length - 1 - Math.max(0, lastWell));
}
