/**
 * The lines of a text that arrives in chunks. Node's readline is not used because it also ends a line at U+2028,
 * which is an ordinary character inside a JSON string.
 */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending: string[] = [];
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    // A line of many megabytes stays in pieces until it ends: joining it chunk by chunk would be quadratic.
    pending.push(parts.shift() ?? '');
    for (const part of parts) {
      yield pending.join('');
      pending = [part];
    }
  }
  yield pending.join('');
}

/** Everything an iterable still has to give, as a list. */
export async function joinRest<T>(rest: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of rest) items.push(item);
  return items;
}
