const ANSWER_WITHIN_MS = 2_000;

/** The body behind one address of Spark's pages; undefined when nobody answers in time, or not well. */
export async function getPage(address: string, withinMs = ANSWER_WITHIN_MS): Promise<string | undefined> {
  const giveUp = new AbortController();
  // Not AbortSignal.timeout, whose timer lets the process end: when a port is published and nobody is behind it yet, Node 20
  // waits for the answer with nothing else to keep it alive (exit code 13).
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
