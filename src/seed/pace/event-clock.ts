/** How many items have come so far; `fresh` are those that are not duplicates. */
export interface SeedProgress {
  /** With the present item. */
  readonly fresh: number;
  readonly duplicates: number;
}

/** Gives the event time of a record when it is published; `ownMs` is its own time where it has one. */
export type EventClock = (ownMs: number | undefined, nowMs: number, progress: SeedProgress) => number;

/** A record's own time, moved by `shiftMs`; without one, the time of publishing, but never before the topic's newest event. */
export function shiftedBy(shiftMs: number, newestEventMs: number): EventClock {
  return (ownMs, nowMs) => (ownMs === undefined ? Math.max(nowMs, newestEventMs) : ownMs + shiftMs);
}

export interface SpreadOptions {
  readonly spreadMs: number;
  /** The end of the span. */
  readonly nowMs: number;
  /** No record gets an earlier time. */
  readonly earliestMs: number;
  /** About how many items there are, duplicates included. */
  readonly total: number;
  readonly limit: number;
}

/** Spreads records evenly over the time before now. Duplicates take no share of that time. */
export class EvenSpread {
  private readonly startMs: number;

  constructor(private readonly options: SpreadOptions) {
    const { spreadMs, nowMs, earliestMs } = options;
    this.startMs = Math.min(nowMs, Math.max(nowMs - spreadMs, earliestMs));
  }

  /** The length of the span; shorter than `spreadMs` where `earliestMs` is later. */
  get spanMs(): number {
    return this.options.nowMs - this.startMs;
  }

  readonly clock: EventClock = (_ownMs, _nowMs, { fresh, duplicates }) => {
    const share = Math.min(1, fresh / Math.min(this.options.limit, Math.max(1, this.options.total - duplicates)));
    return Math.round(this.startMs + share * this.spanMs);
  };
}
