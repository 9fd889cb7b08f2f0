/** The line of a driver's log that names the cause of its failure: the script's own word first, then Java's, then Python's. */
export function findCause(log: string): string {
  const lines = log.split('\n').map((line) => line.trimEnd());
  const patterns = [
    /^The stream ended with an error: /,
    /Caused by: (?!.*(SparkException: Job aborted))/,
    /^[\w.]+(Error|Exception)(: |$)/,
    /^error: |^Error: /,
    /\bERROR\b/,
  ];
  for (const pattern of patterns) {
    const found = lines.findLast((line) => pattern.test(line));
    if (found) return shorten(found.replace(/^Caused by: /, ''));
  }
  return shorten(lines.findLast((line) => line.trim() !== '') ?? 'it wrote nothing');
}

/** Restarts write to the same log: what the last one wrote. The JVM of Spark 4 warns before Spark itself says a word. */
export function lastAttempt(log: string): string {
  const starts = [...log.matchAll(/^WARNING: Using incubator modules|^.* SparkContext: Running Spark version /gm)];
  const [before, last] = starts.slice(-2);
  const begin = last && !before?.[0].startsWith('WARNING') ? last : before;
  return log.slice(begin?.index ?? 0);
}

function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 397)}…` : text;
}
