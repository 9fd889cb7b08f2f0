const LINE_FEED = 0x0a;

/**
 * The lines of a UTF-8 text that arrives in chunks, each decoded by itself: one with nothing but Latin letters takes half the room,
 * and is parsed the faster. Node's readline is not used because it also ends a line at U+2028, which is an ordinary character
 * inside a JSON string.
 * @throws RangeError for a line that is longer than a text can be
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, longestBytes: number): AsyncGenerator<string> {
  // A line of many megabytes stays in pieces until it ends: joining it chunk by chunk would be quadratic.
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
    refuseTooLong(pendingBytes, longestBytes); // before it takes all memory
  }
  yield decode(pending, longestBytes);
}

function decode(parts: readonly Buffer[], longestBytes: number): string {
  const [first] = parts;
  const line = parts.length === 1 && first ? first : Buffer.concat(parts);
  refuseTooLong(line.length, longestBytes);
  return line.toString('utf8');
}

function refuseTooLong(bytes: number, longestBytes: number): void {
  if (bytes > longestBytes) throw new RangeError(`A line has more than ${longestBytes} bytes`);
}

/** Everything an iterable still has to give, as a list. */
export async function joinRest<T>(rest: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of rest) items.push(item);
  return items;
}
