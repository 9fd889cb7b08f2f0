import { z } from 'zod';
import { parseJson } from '../project/atomic-file.js';
import { parseDurationMs } from '../project/duration.js';
import { parseOffsetLog, type TopicOffsets } from '../spark/offsets.js';
import type { SharedFiles } from '../targets/target.js';
import { checkpointFolder } from './checkpoint.js';
import type { RunRecord } from './run-record.js';

export interface CheckpointFacts {
  /** Where it began to read, which a later change of `startingOffsets` does not move. */
  readonly start: TopicOffsets | null;
  /** How far its newest committed batch goes; the offsets of one that is still at work are written before it begins. */
  readonly reached: TopicOffsets | null;
  /** Ids that the topics had when it began; empty where nobody wrote them down. */
  readonly topicIds: Readonly<Record<string, string>>;
  readonly windowMs: number | null;
  readonly slideMs: number | null;
  readonly delayMs: number | null;
}

/** What is known of the checkpoint of a user's own script, which may lie anywhere: only where it began. */
export function unseenCheckpoint(start: TopicOffsets): CheckpointFacts {
  return { start, reached: null, topicIds: {}, windowMs: null, slideMs: null, delayMs: null };
}

const fingerprintSchema = z.object({
  window: z.string().nullish(),
  slide: z.string().nullish(),
  watermark: z.string().nullish(),
  topics: z.array(z.union([z.string(), z.object({ name: z.string(), id: z.string().nullable() })])).default([]),
});

type Fingerprint = z.infer<typeof fingerprintSchema>;

/** What the checkpoint of a stream says of its beginning, its reach and its windows; null for a batch. */
export async function readCheckpoint(
  data: SharedFiles,
  { name, generation }: RunRecord,
): Promise<CheckpointFacts | null> {
  if (generation === null) return null;
  const folder = checkpointFolder(name, generation);
  const [text, entries] = await Promise.all([data.read(`${folder}/fingerprint.json`), data.list(folder)]);
  const fingerprint = fingerprintSchema.safeParse(parseJson(text ?? '')).data;
  const queries = entries.filter((entry) => entry !== 'fingerprint.json');
  const query = queries.includes('topic') ? 'topic' : queries[0];
  return {
    ...(query ? await readOffsets(data, `${folder}/${query}`) : { start: null, reached: null }),
    topicIds: idsOf(fingerprint),
    windowMs: toMs(fingerprint?.window),
    slideMs: toMs(fingerprint?.slide),
    delayMs: toMs(fingerprint?.watermark),
  };
}

async function readOffsets(data: SharedFiles, folder: string): Promise<Pick<CheckpointFacts, 'start' | 'reached'>> {
  const batches = (await data.list(`${folder}/commits`)).filter((file) => /^\d+$/.test(file)).map(Number);
  const [start, reached] = await Promise.all([
    data.read(`${folder}/sources/0/0`),
    batches.length > 0 ? data.read(`${folder}/offsets/${Math.max(...batches)}`) : undefined,
  ]);
  return { start: parseOffsetLog(start ?? ''), reached: parseOffsetLog(reached ?? '') };
}

function idsOf(fingerprint: Fingerprint | undefined): Readonly<Record<string, string>> {
  const topics = (fingerprint?.topics ?? []).filter((topic) => typeof topic !== 'string');
  return Object.fromEntries(topics.flatMap(({ name, id }) => (id === null ? [] : [[name, id]])));
}

/** A job of the user's own may spell an interval as only Spark reads it: then nothing is said about its windows. */
function toMs(interval: string | null | undefined): number | null {
  try {
    return interval ? parseDurationMs(interval) : null;
  } catch {
    return null;
  }
}
