import type { Clock } from '../pace/system-clock.js';
import type { ClientLimits } from './client-limits.js';
import { NewsApiUnavailableError } from './news-api-errors.js';
import { PassingFault } from './passing-fault.js';

export interface PersistOptions {
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each wait. */
  onWait(reason: string, ms: number): void;
}

/**
 * Repeats an attempt, with growing pauses, until it succeeds.
 * @param attempt gets the time at which all attempts together must be over
 * @throws NewsApiUnavailableError when no attempt or no time is left, or the next pause would take all of it
 */
export async function persist<T>(
  attempt: (deadline: number) => Promise<T>,
  { limits, clock, signal, onWait }: PersistOptions,
): Promise<T> {
  const startedAt = clock.now();
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(startedAt + limits.pageMs);
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      const waitMs = pauseAfter(error, attempts, limits, clock);
      const passedMs = clock.now() - startedAt;
      if (attempts >= limits.attempts || passedMs + waitMs >= limits.pageMs) {
        throw NewsApiUnavailableError.afterAttempts(error.reason, attempts, passedMs);
      }
      onWait(error.reason, waitMs);
      await clock.sleep(waitMs, signal);
    }
  }
}

// Full jitter, so that clients that failed together do not come back together. A wait that the API asked for is never shortened. It is
// at least a second: the API gives whole seconds, and after 0 the client would ask again at once.
function pauseAfter({ waitMs }: PassingFault, attempts: number, limits: ClientLimits, clock: Clock): number {
  if (waitMs !== undefined) return Math.max(waitMs, limits.firstPauseMs);
  return Math.floor(clock.random() * Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** (attempts - 1)));
}
