import { orNull } from '../../errors.js';
import { readFirstOffsets, readResumeOffsets } from '../../spark/offset-log.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { SharedFiles } from '../../targets/target.js';
import { type Fingerprint, intervalMs } from '../checkpoint/fingerprint.js';
import { listQueries, readFingerprint } from '../checkpoint/generations.js';
import type { RunRecord } from '../record/run-record.js';

export interface CheckpointFacts {
  /** Where it began to read. A later change of `startingOffsets` does not change that. */
  readonly start: TopicOffsets | null;
  /** The end of its newest committed batch. A batch that still runs does not count, though its offsets are already written. */
  readonly reached: TopicOffsets | null;
  /** The ids that the topics had when it began; empty for checkpoints of older versions. */
  readonly topicIds: Readonly<Record<string, string>>;
  readonly windowMs: number | null;
  readonly slideMs: number | null;
  /** The gap that ends a session; null for windows with a fixed length. */
  readonly sessionMs: number | null;
  /** The watermark's delay; null also if each topic has its own. */
  readonly delayMs: number | null;
}

/** The checkpoint of a user's own script may be anywhere: only its first offsets are known, from the log. */
export function unseenCheckpoint(start: TopicOffsets): CheckpointFacts {
  return { start, reached: null, topicIds: {}, windowMs: null, slideMs: null, sessionMs: null, delayMs: null };
}

/** Where a stream's checkpoint began, how far it has read, and its windows; null for a batch. */
export async function readCheckpoint(
  data: SharedFiles,
  { name, generation }: RunRecord,
): Promise<CheckpointFacts | null> {
  if (generation === null) return null;
  const [fingerprint, queries] = await Promise.all([
    readFingerprint(data, name, generation),
    listQueries(data, name, generation),
  ]);
  const query = queries.find((folder) => folder.endsWith('/topic')) ?? queries[0];
  return {
    ...(query ? await readOffsets(data, query) : { start: null, reached: null }),
    topicIds: idsOf(fingerprint),
    windowMs: intervalMs(fingerprint?.window),
    slideMs: intervalMs(fingerprint?.slide),
    sessionMs: intervalMs(fingerprint?.session),
    delayMs: intervalMs(onlyOne(fingerprint?.watermark)),
  };
}

async function readOffsets(data: SharedFiles, query: string): Promise<Pick<CheckpointFacts, 'start' | 'reached'>> {
  // If another Spark wrote the checkpoint in another format, the other facts are still worth having.
  const [start, reached = null] = await Promise.all([
    readFirstOffsets(data, query),
    orNull(readResumeOffsets(data, query)),
  ]);
  return { start, reached };
}

function idsOf(fingerprint: Fingerprint | undefined): Readonly<Record<string, string>> {
  const known = (fingerprint?.topics ?? []).flatMap(({ name, id }) => (id === null ? [] : [[name, id] as const]));
  return Object.fromEntries(known);
}

function onlyOne(watermark: Fingerprint['watermark'] | undefined): string | null {
  return typeof watermark === 'string' ? watermark : null;
}
