/** Event times from the first to the last. */
export interface EventSpan {
  readonly oldestMs: number;
  readonly newestMs: number;
}

export function widen(span: EventSpan | undefined, ms: number): EventSpan {
  return { oldestMs: Math.min(span?.oldestMs ?? ms, ms), newestMs: Math.max(span?.newestMs ?? ms, ms) };
}

/**
 * How far events must move so that the newest happens at the end of a replay that begins now, and none before it is
 * published: a replay slower than the events were begins with the oldest at its start.
 */
export function shiftForReplay({ oldestMs, newestMs }: EventSpan, nowMs: number, speed: number): number {
  const endMs = nowMs + (newestMs - oldestMs) / speed;
  return Math.floor(Math.min(endMs - newestMs, nowMs - oldestMs));
}
