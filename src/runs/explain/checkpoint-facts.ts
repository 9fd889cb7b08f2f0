import { orNull } from '../../errors.js';
import { readFirstOffsets, readResumeOffsets } from '../../spark/offset-log.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { SharedFiles } from '../../targets/target.js';
import { type Fingerprint, intervalMs } from '../checkpoint/fingerprint.js';
import { listQueries, readFingerprint } from '../checkpoint/generations.js';
import type { RunRecord } from '../record/run-record.js';

export interface CheckpointFacts {
  /** Where it began to read, which a later change of `startingOffsets` does not move. */
  readonly start: TopicOffsets | null;
  /** How far its newest committed batch goes; the offsets of one that is still at work are written before it begins. */
  readonly reached: TopicOffsets | null;
  /** Ids that the topics had when it began; empty where nobody wrote them down. */
  readonly topicIds: Readonly<Record<string, string>>;
  readonly windowMs: number | null;
  readonly slideMs: number | null;
  /** The gap that ends a session; null where windows have a length. */
  readonly sessionMs: number | null;
  /** The watermark's delay; null also where each topic has its own. */
  readonly delayMs: number | null;
}

/** What is known of the checkpoint of a user's own script, which may lie anywhere: only where it began. */
export function unseenCheckpoint(start: TopicOffsets): CheckpointFacts {
  return { start, reached: null, topicIds: {}, windowMs: null, slideMs: null, sessionMs: null, delayMs: null };
}

/** What the checkpoint of a stream says of its beginning, its reach and its windows; null for a batch. */
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
  // A checkpoint in a format of another Spark is no reason to say nothing else.
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
