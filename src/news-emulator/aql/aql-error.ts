/** What is wrong with a query: the API answers 422 with it. */
export class AqlError extends Error {}
