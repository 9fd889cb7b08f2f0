/** A query that cannot be read. The API answers 422 with the message. */
export class AqlError extends Error {}
