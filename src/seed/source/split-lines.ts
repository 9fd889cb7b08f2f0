const LINE_FEED = 0x0a;

/**
 * The lines of a UTF-8 text that arrives in chunks. Each line is decoded by itself: one of Latin letters only then takes half the
 * memory, and is parsed faster. Node's readline is not used because it also ends a line at U+2028, which is an ordinary
 * character inside a JSON string.
 * @throws RangeError for a line of more than `longestBytes`
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, longestBytes: number): AsyncGenerator<string> {
  // A line of many megabytes stays in pieces until it ends: joining it with each chunk would copy it again and again.
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield decode([...pending, chunk.subarray(start, end)], longestBytes);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
    pendingBytes += chunk.length - start;
    checkLength(pendingBytes, longestBytes); // before it takes all memory
  }
  yield decode(pending, longestBytes);
}

function decode(parts: readonly Buffer[], longestBytes: number): string {
  const [first] = parts;
  const line = parts.length === 1 && first ? first : Buffer.concat(parts);
  checkLength(line.length, longestBytes);
  return line.toString('utf8');
}

function checkLength(bytes: number, longestBytes: number): void {
  if (bytes > longestBytes) throw new RangeError(`A line has more than ${longestBytes} bytes`);
}

/** All that the iterable still gives, as a list. */
export async function collectAll<T>(rest: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of rest) items.push(item);
  return items;
}
