const ANSWER_WITHIN_MS = 2_000;

/** The body of one of Spark's pages; undefined after a timeout, a failure or a status of error. */
export async function getPage(address: string, withinMs = ANSWER_WITHIN_MS): Promise<string | undefined> {
  const giveUp = new AbortController();
  // Not AbortSignal.timeout, whose timer does not keep the process alive: when nobody is behind a published port yet, Node 20 would
  // end while it waits for the answer (exit code 13).
  const timer = setTimeout(() => giveUp.abort(), withinMs);
  try {
    const response = await fetch(address, { signal: giveUp.signal });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
