import { mergeOffsets, type TopicOffsets } from './offsets.js';
import { type BatchProgress, parseBatch } from './progress.js';

/** At INFO, which `spark-submit` logs at by default, every batch of any script is in its driver's log. */
const BEGINS = /^.*\bStreaming query made progress: (?=\{\s*$)/;

/** The micro-batches that a driver's log tells of: for scripts that write no progress.ndjson. */
export function parseLoggedProgress(log: string): BatchProgress[] {
  const batches: BatchProgress[] = [];
  let open: string[] | undefined;
  for (const line of log.split('\n')) {
    if (BEGINS.test(line)) open = ['{'];
    else open?.push(line);
    if (!open || line.trimEnd() !== '}') continue; // only the brace that ends the whole stands at the left edge
    batches.push(...[parseBatch(open.join('\n'))].filter((batch) => batch !== undefined));
    open = undefined;
  }
  return batches;
}

/** The id under which the master knows the newest application of a log, once it has said so. */
export function findApplicationId(log: string): string | undefined {
  return [...log.matchAll(/Connected to Spark cluster with app ID (app-[\w-]+)/g)].at(-1)?.[1];
}

/** Where the sources of a new checkpoint begin to read; null for one that goes on, and for a log whose begin is not at hand. */
export function findInitialOffsets(log: string): TopicOffsets | null {
  return mergeOffsets([...log.matchAll(/ KafkaMicroBatchStream: Initial offsets: (\{.*\})/g)].map(([, json]) => json));
}
