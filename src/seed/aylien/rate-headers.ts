import type { Clock } from '../pace/system-clock.js';
import type { ClientLimits } from './client-limits.js';

/** How many hits are left according to the API's headers; null where they do not say. */
export interface Quota {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: Date | null;
}

/** The quota, from either of the two families of headers that the API uses; null where there are none. */
export function readQuota(headers: Headers): Quota | null {
  const limit = readCount(headers, 'x-ratelimit-limit') ?? readCount(headers, 'x-ratelimit-hit-limit');
  const remaining = readCount(headers, 'x-ratelimit-remaining') ?? readCount(headers, 'x-ratelimit-hit-remaining');
  const resetAt = readReset(headers);
  return limit === null && remaining === null && resetAt === null ? null : { limit, remaining, resetAt };
}

/** How long an answer of 429 asks to wait; undefined where it does not say, or the time makes no sense. */
export function readLimitedWaitMs(
  headers: Headers,
  { longestResetMs }: ClientLimits,
  clock: Clock,
): number | undefined {
  const reset = readReset(headers);
  if (reset !== null) {
    // By the API's clock, if the answer has it: this machine's may be wrong by more than the wait.
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

// Only HTTP's own form: Date.parse takes a bare number as a year.
function readDate(text: string | null): number | null {
  const date = text !== null && /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : date;
}
