/** At most `requests` within any `everyMs` milliseconds. */
export interface Rate {
  readonly requests: number;
  readonly everyMs: number;
}

/** How far the client goes before it waits or gives up. */
export interface ClientLimits {
  readonly rates: readonly Rate[];
  /** One request with its redirects, from the first byte sent to the last one received. */
  readonly requestMs: number;
  /** One page with all attempts and all waits. */
  readonly pageMs: number;
  readonly attempts: number;
  /** The longest pause after the first failure; it doubles with each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** The pause after a 429 that does not say how long to wait. */
  readonly limitedPauseMs: number;
  /** A reset that is further away is taken for a mistake of the API. */
  readonly longestResetMs: number;
  /** The largest answer, unpacked. A page of 100 stories has about 1 MB, and 7 MB at most. */
  readonly bodyBytes: number;
}

export const DEFAULT_LIMITS: ClientLimits = {
  // The API's own: 60 hits per minute and 3 per second, for each application id.
  rates: [
    { requests: 60, everyMs: 60_000 },
    { requests: 3, everyMs: 1_000 },
  ],
  requestMs: 60_000,
  pageMs: 300_000,
  attempts: 8,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  limitedPauseMs: 10_000,
  longestResetMs: 120_000,
  bodyBytes: 32 * 1024 * 1024,
};
