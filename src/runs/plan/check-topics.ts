import { UsageError } from '../../errors.js';

const NAME_ANOTHER = 'Name another topic for one of the two.';

/** @throws UsageError for a topic that one run would read twice, read and write, or write twice */
export function checkTopics(reads: readonly string[], writes: readonly (string | null)[]): void {
  // Each side of a join would take the other's records for dead letters.
  const readTwice = findRepeated(reads);
  if (readTwice) throw new UsageError(`The topic ${readTwice} would be read twice by the same run`, NAME_ANOTHER);
  const both = reads.find((topic) => writes.includes(topic));
  if (both !== undefined)
    throw new UsageError(`The topic ${both} would be read and written by the same run`, NAME_ANOTHER);
  const twice = findRepeated(writes);
  if (twice) throw new UsageError(`The topic ${twice} would get two kinds of records from the same run`, NAME_ANOTHER);
}

function findRepeated(topics: readonly (string | null)[]): string | null | undefined {
  return topics.find((topic, at) => topics.indexOf(topic) < at);
}
