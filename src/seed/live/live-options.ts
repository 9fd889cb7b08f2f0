/** What is followed, and how. */
export interface LiveOptions {
  /** What to look for, in the API's query language. */
  readonly aql: string;
  /** The API's base address: two of them may have the same ids for different stories. */
  readonly address: string;
  /** How far back to go, milliseconds since 1970; what was polled before is not asked for again. */
  readonly sinceMs?: number | undefined;
  /** Ends there instead of at the present. */
  readonly untilMs?: number | undefined;
  /** Polls again and again, until Ctrl-C. */
  readonly isFollowing: boolean;
  readonly pollMs: number;
  /** How far behind the newest acquisition seen a poll begins: some stories come late. */
  readonly overlapMs: number;
}
