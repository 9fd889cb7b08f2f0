/** What the news API is asked for, and how often. */
export interface LiveOptions {
  /** The query, in the API's query language. */
  readonly aql: string;
  /** The API's base address; another address may have the same ids for other stories. */
  readonly address: string;
  /** How far back to go, milliseconds since 1970; times that were polled before are not polled again. */
  readonly sinceMs?: number | undefined;
  /** The end of what is asked for, milliseconds since 1970; the present where it is left out. */
  readonly untilMs?: number | undefined;
  /** Polls again and again, until Ctrl-C. */
  readonly isFollowing: boolean;
  readonly pollMs: number;
  /** How long before the newest acquisition time a poll begins, since some stories come late. */
  readonly overlapMs: number;
}
