/** The oldest and the newest of some event times. */
export interface EventSpan {
  readonly oldestMs: number;
  readonly newestMs: number;
}

export function widen(span: EventSpan | undefined, ms: number): EventSpan {
  return { oldestMs: Math.min(span?.oldestMs ?? ms, ms), newestMs: Math.max(span?.newestMs ?? ms, ms) };
}

/**
 * How far event times must move for a replay that begins now: the newest event falls on the end of the replay. A replay that is
 * slower than the events were puts the oldest on its beginning, so that no event is published before it happens.
 */
export function shiftForReplay({ oldestMs, newestMs }: EventSpan, nowMs: number, speed: number): number {
  const endMs = nowMs + (newestMs - oldestMs) / speed;
  return Math.floor(Math.min(endMs - newestMs, nowMs - oldestMs));
}
