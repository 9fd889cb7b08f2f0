import type { Reporter } from '../../report/reporter.js';
import type { SeedStart } from '../source/source.js';
import { readBack } from './topic-reader.js';

/** The keys of all records in the topic, so that `--resume` can leave them out. */
export async function readTopicKeys({ reader, signal }: SeedStart, report: Reporter): Promise<Set<string>> {
  const keys = new Set<string>();
  await readBack(reader, new Map(), { report, signal }, ({ key }) => {
    if (key !== null) keys.add(key);
  });
  return keys;
}
