import type { Evidence } from './evidence.js';

/** When the first of the open windows closes, as Spark reckons it; of sessions, which end when they end, when all do. */
export interface NextClose {
  readonly newestEventMs: number;
  readonly delayMs: number;
  /** What the next batch works with: the newest event less the delay, and never less than before. */
  readonly watermarkMs: number;
  readonly windowEndMs: number;
  /** All open ones have ended by then; else it is the first. */
  readonly isLast: boolean;
  /** Else no open window ends before that, as far as can be told. */
  readonly isExact: boolean;
  /** The earliest event that closes it, in the batch after the one that reads it. */
  readonly closingEventMs: number;
}

/**
 * A window closes once its end is not after the watermark; the watermark moves behind a batch, and the next batch, which
 * needs no records, closes it. Undefined where no batch told of an event.
 */
export function nextClose(evidence: Evidence): NextClose | undefined {
  const { checkpoint, figures } = evidence;
  const { windowMs = null, sessionMs = null, delayMs = null } = checkpoint ?? {};
  const { newestEventMs, oldestEventMs } = figures;
  if ((windowMs ?? sessionMs) === null || delayMs === null || newestEventMs === null || oldestEventMs === null)
    return undefined;
  const watermarkMs = Math.max(figures.watermarkMs ?? 0, newestEventMs - delayMs);
  const times = { newestEventMs, oldestEventMs, watermarkMs };
  const end = sessionMs === null ? firstWindowEnd(evidence, times) : lastSessionEnd(sessionMs, delayMs, times);
  return { newestEventMs, delayMs, watermarkMs, ...end, closingEventMs: end.windowEndMs + delayMs };
}

type EventTimes = Pick<NextClose, 'newestEventMs' | 'watermarkMs'> & { readonly oldestEventMs: number };
type WindowEnd = Pick<NextClose, 'windowEndMs' | 'isLast' | 'isExact'>;

/** The first window that ends behind the watermark and can hold an event; windows begin at multiples of the slide. */
function firstWindowEnd({ checkpoint, windowEnds }: Evidence, { oldestEventMs, watermarkMs }: EventTimes): WindowEnd {
  const windowMs = checkpoint?.windowMs ?? 0;
  const slideMs = checkpoint?.slideMs ?? windowMs;
  const inside = Math.max(watermarkMs, oldestEventMs);
  const firstEndMs = (Math.floor((inside - windowMs) / slideMs) + 1) * slideMs + windowMs;
  const seen = windowEnds.find((end) => end > watermarkMs);
  const windowEndMs = Math.max(firstEndMs, seen ?? firstEndMs);
  return { windowEndMs, isLast: false, isExact: oldestEventMs > watermarkMs || seen !== undefined };
}

/** Of an earlier run's events the watermark is what is left. */
function lastSessionEnd(sessionMs: number, delayMs: number, { newestEventMs, watermarkMs }: EventTimes): WindowEnd {
  return { windowEndMs: Math.max(newestEventMs, watermarkMs + delayMs) + sessionMs, isLast: true, isExact: true };
}
