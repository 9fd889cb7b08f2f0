import type { Evidence } from './evidence.js';

/** When the first open window closes by Spark's rules. For sessions, when all have closed: the first end is not known. */
export interface NextClose {
  readonly newestEventMs: number;
  readonly delayMs: number;
  /** The watermark of the next batch: the newest event minus the delay, and never lower than before. */
  readonly watermarkMs: number;
  readonly windowEndMs: number;
  /** Whether all open windows end by then; otherwise it is the end of the first. */
  readonly isLast: boolean;
  /** Otherwise it is only known that no open window ends earlier. */
  readonly isExact: boolean;
  /** The earliest event that closes it, in the batch after the one that reads it. */
  readonly closingEventMs: number;
}

/**
 * A window closes once its end is not after the watermark. The watermark moves at the end of a batch, and the next batch closes
 * the window, even without records. Undefined if no batch has read an event.
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

/** The first window that ends after the watermark and can contain an event. Windows begin at multiples of the slide. */
function firstWindowEnd({ checkpoint, windowEnds }: Evidence, { oldestEventMs, watermarkMs }: EventTimes): WindowEnd {
  const windowMs = checkpoint?.windowMs ?? 0;
  const slideMs = checkpoint?.slideMs ?? windowMs;
  const inside = Math.max(watermarkMs, oldestEventMs);
  const firstEndMs = (Math.floor((inside - windowMs) / slideMs) + 1) * slideMs + windowMs;
  const seen = windowEnds.find((end) => end > watermarkMs);
  const windowEndMs = Math.max(firstEndMs, seen ?? firstEndMs);
  return { windowEndMs, isLast: false, isExact: oldestEventMs > watermarkMs || seen !== undefined };
}

/** Events of earlier runs are only known from the watermark. */
function lastSessionEnd(sessionMs: number, delayMs: number, { newestEventMs, watermarkMs }: EventTimes): WindowEnd {
  return { windowEndMs: Math.max(newestEventMs, watermarkMs + delayMs) + sessionMs, isLast: true, isExact: true };
}
