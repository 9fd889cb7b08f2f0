/** The error that the work ends with; work that succeeds fails the test. */
export async function failureOf(work: (() => unknown) | Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error;
  }
  throw new Error(`it did not fail, and gave ${JSON.stringify(value)}`);
}
