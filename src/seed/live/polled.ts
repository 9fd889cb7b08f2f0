/** The span of acquisition times, milliseconds since 1970, for which a query was polled without a gap. */
export interface Polled {
  readonly fromMs: number;
  /** The newest acquisition time that was seen. The end that was asked for is not used: it comes from another clock than the API's. */
  readonly untilMs: number;
}

export interface StartOptions {
  /** How far back the user wants to go. */
  readonly sinceMs: number | undefined;
  /** How far back to go where nothing was polled and the user says nothing. */
  readonly defaultMs: number;
  /** A story that comes late has an earlier acquisition time than stories that came before it. */
  readonly overlapMs: number;
}

/** Where to begin: one overlap before the end of the span, or at `sinceMs` where the user wants to go back before the span. */
export function pollStart(polled: Polled | undefined, { sinceMs, defaultMs, overlapMs }: StartOptions): number {
  if (!polled) return sinceMs ?? defaultMs;
  if (sinceMs !== undefined && sinceMs < polled.fromMs) return sinceMs;
  return Math.max(polled.fromMs, polled.untilMs - overlapMs);
}

/** The span once a poll begins at `fromMs`: a kill in the middle of the poll must not leave a gap in it. */
export function withStart(polled: Polled | undefined, fromMs: number): Polled {
  return polled && fromMs >= polled.fromMs ? polled : { fromMs, untilMs: fromMs };
}

/** The span once all stories from `fromMs` to `untilMs` came; a slice that does not touch the span is not added. */
export function withPolled(polled: Polled | undefined, fromMs: number, untilMs: number): Polled {
  if (!polled) return { fromMs, untilMs };
  if (fromMs > polled.untilMs || untilMs < polled.fromMs) return polled;
  return { fromMs: Math.min(polled.fromMs, fromMs), untilMs: Math.max(polled.untilMs, untilMs) };
}
