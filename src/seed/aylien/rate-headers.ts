import type { Clock } from '../pace/system-clock.js';
import type { ClientLimits } from './client-limits.js';

/** What the API's headers say of the hits that are left; null where it did not say. */
export interface Quota {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: Date | null;
}

/** The quota, in whichever of its two families of headers the API wrote it; null where it wrote none. */
export function readQuota(headers: Headers): Quota | null {
  const limit = readCount(headers, 'x-ratelimit-limit') ?? readCount(headers, 'x-ratelimit-hit-limit');
  const remaining = readCount(headers, 'x-ratelimit-remaining') ?? readCount(headers, 'x-ratelimit-hit-remaining');
  const resetAt = readReset(headers);
  return limit === null && remaining === null && resetAt === null ? null : { limit, remaining, resetAt };
}

/** How long an answer of 429 asks us to wait; undefined where it does not say, or says something that cannot be meant. */
export function readLimitedWaitMs(
  headers: Headers,
  { longestResetMs }: ClientLimits,
  clock: Clock,
): number | undefined {
  const reset = readReset(headers);
  if (reset !== null) {
    // By the API's own clock where it tells it: this machine's may be wrong by more than the wait.
    const waitMs = reset.getTime() - (readDate(headers.get('date')) ?? clock.now());
    if (waitMs >= 0 && waitMs <= longestResetMs) return waitMs;
  }
  return readRetryAfterMs(headers, clock);
}

/** The wait in `Retry-After`, which is a number of seconds or a date. */
export function readRetryAfterMs(headers: Headers, clock: Clock): number | undefined {
  const seconds = readCount(headers, 'retry-after');
  if (seconds !== null) return seconds * 1_000;
  const date = readDate(headers.get('retry-after'));
  return date === null ? undefined : Math.max(0, date - (readDate(headers.get('date')) ?? clock.now()));
}

function readReset(headers: Headers): Date | null {
  const seconds = readCount(headers, 'x-ratelimit-reset');
  const resetAt = new Date((seconds ?? Number.NaN) * 1_000);
  return Number.isNaN(resetAt.getTime()) ? null : resetAt;
}

function readCount(headers: Headers, name: string): number | null {
  const text = headers.get(name)?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

// Only HTTP's own form; Date.parse would take a bare number for a year.
function readDate(text: string | null): number | null {
  const date = text !== null && /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : date;
}
