/** Why one attempt came to nothing, while the next may well succeed. It never leaves the client. */
export class PassingFault extends Error {
  /**
   * @param reason a clause in words, without anything secret
   * @param waitMs how long the API wants us to wait; nothing where it did not say
   */
  constructor(
    readonly reason: string,
    readonly waitMs?: number,
  ) {
    super(reason);
  }
}
