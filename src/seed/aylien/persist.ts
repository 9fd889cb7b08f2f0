import type { Clock } from '../pace/system-clock.js';
import type { ClientLimits } from './client-limits.js';
import { NewsApiUnavailableError } from './news-api-errors.js';
import { PassingFault } from './passing-fault.js';

export interface PersistOptions {
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told before each wait. */
  onWait(reason: string, ms: number): void;
}

/**
 * Attempts again and again, with growing pauses, until one attempt gives something.
 * @param attempt is told when the time for all attempts together is over
 * @throws NewsApiUnavailableError when the attempts or the time are used up, or the next pause would use it up
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

// Full jitter, so that clients that failed together do not come back together. What the API asked for is not shortened, and is
// a second at least: it counts in whole seconds, and 0 would ask again and again at once.
function pauseAfter({ waitMs }: PassingFault, attempts: number, limits: ClientLimits, clock: Clock): number {
  if (waitMs !== undefined) return Math.max(waitMs, limits.firstPauseMs);
  return Math.floor(clock.random() * Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** (attempts - 1)));
}
