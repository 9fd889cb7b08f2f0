/** Acquisition times, milliseconds since 1970, between which all stories of a query have been asked for. */
export interface Polled {
  readonly fromMs: number;
  /** The newest acquisition that was seen: not the end of what was asked for, which another clock than the API's has said. */
  readonly untilMs: number;
}

export interface StartOptions {
  /** How far back the user wants to go. */
  readonly sinceMs: number | undefined;
  /** How far back to go where nothing was polled and nothing is said. */
  readonly defaultMs: number;
  /** Stories that come late have an earlier acquisition than others that were seen before them. */
  readonly overlapMs: number;
}

/** Where to begin: where it stopped, a little earlier, unless more is wanted than was ever asked for. */
export function pollFrom(polled: Polled | undefined, { sinceMs, defaultMs, overlapMs }: StartOptions): number {
  if (!polled) return sinceMs ?? defaultMs;
  if (sinceMs !== undefined && sinceMs < polled.fromMs) return sinceMs;
  return Math.max(polled.fromMs, polled.untilMs - overlapMs);
}

/** What is polled once a poll begins at `fromMs`: a kill in its midst must not leave a hole behind it. */
export function beginAt(polled: Polled | undefined, fromMs: number): Polled {
  return polled && fromMs >= polled.fromMs ? polled : { fromMs, untilMs: fromMs };
}

/** What is polled after all from `fromMs` to `untilMs` came; a slice that touches nothing of it adds nothing. */
export function extend(polled: Polled | undefined, fromMs: number, untilMs: number): Polled {
  if (!polled) return { fromMs, untilMs };
  if (fromMs > polled.untilMs || untilMs < polled.fromMs) return polled;
  return { fromMs: Math.min(polled.fromMs, fromMs), untilMs: Math.max(polled.untilMs, untilMs) };
}
