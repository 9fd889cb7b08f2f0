/** One attempt failed, and the next may succeed. It never leaves the client. */
export class PassingFault extends Error {
  /**
   * @param reason a clause for a message, without secrets
   * @param waitMs how long the API asks to wait; undefined where it did not say
   */
  constructor(
    readonly reason: string,
    readonly waitMs?: number,
  ) {
    super(reason);
  }
}
