import { mergeOffsets, type TopicOffsets } from './offsets.js';
import { type BatchProgress, parseBatch } from './progress.js';

/** `spark-submit` logs at INFO by default, and then the driver's log has every batch of any script. */
const FIRST_LINE = /^.*\bStreaming query made progress: (?=\{\s*$)/;

/** The micro-batches in a driver's log, for scripts that write no progress.ndjson. */
export function parseLoggedProgress(log: string): BatchProgress[] {
  const batches: BatchProgress[] = [];
  let open: string[] | undefined;
  for (const line of log.split('\n')) {
    if (FIRST_LINE.test(line)) open = ['{'];
    else open?.push(line);
    if (!open || line.trimEnd() !== '}') continue; // only the last brace is not indented
    batches.push(...[parseBatch(open.join('\n'))].filter((batch) => batch !== undefined));
    open = undefined;
  }
  return batches;
}

/** Where the sources of a new checkpoint begin to read; null for a checkpoint that goes on, and for a log without its beginning. */
export function findInitialOffsets(log: string): TopicOffsets | null {
  return mergeOffsets([...log.matchAll(/ KafkaMicroBatchStream: Initial offsets: (\{.*\})/g)].map(([, json]) => json));
}
