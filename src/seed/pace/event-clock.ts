/** How far a seed has come. `fresh` are no duplicates. */
export interface SeedProgress {
  /** Items so far, the one at hand included. */
  readonly fresh: number;
  readonly duplicates: number;
}

/** Says when a record happens as it is published; `ownMs` is its own time where it has one. */
export type EventClock = (ownMs: number | undefined, nowMs: number, progress: SeedProgress) => number;

/** At its own time, moved by so much; else when it is published, and never behind the topic's newest event. */
export function shiftedBy(shiftMs: number, newestEventMs: number): EventClock {
  return (ownMs, nowMs) => (ownMs === undefined ? Math.max(nowMs, newestEventMs) : ownMs + shiftMs);
}

export interface SpreadOptions {
  readonly spreadMs: number;
  /** The end of the span. */
  readonly nowMs: number;
  /** None of the times lies before it. */
  readonly earliestMs: number;
  /** About how many items there are, duplicates included. */
  readonly total: number;
  readonly limit: number;
}

/** Spreads records evenly over the time before now; those that are left out as duplicates take no part of it. */
export class EvenSpread {
  private readonly startMs: number;

  constructor(private readonly options: SpreadOptions) {
    const { spreadMs, nowMs, earliestMs } = options;
    this.startMs = Math.min(nowMs, Math.max(nowMs - spreadMs, earliestMs));
  }

  /** How long the records are spread over, at most what was asked for. */
  get spanMs(): number {
    return this.options.nowMs - this.startMs;
  }

  readonly clock: EventClock = (_ownMs, _nowMs, { fresh, duplicates }) => {
    const share = Math.min(1, fresh / Math.min(this.options.limit, Math.max(1, this.options.total - duplicates)));
    return Math.round(this.startMs + share * this.spanMs);
  };
}
