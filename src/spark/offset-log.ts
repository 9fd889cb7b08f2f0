import type { SharedFiles } from '../targets/target.js';
import { mergeOffsets, type TopicOffsets } from './offsets.js';
import { sparkErrors } from './spark-errors.js';

/**
 * Where a query continues when it is started again on this checkpoint folder; undefined where it has planned no batch yet.
 *
 * Spark writes `offsets/<n>` (where micro-batch n ends) before batch n, and `commits/<n>` after it. A batch without its commit is
 * read again, from where the batch before it ended; batch 0 from what each source noted in `sources/<i>/0`.
 * @throws OFFSET_LOG_UNREADABLE
 */
export async function readResumeOffsets(data: SharedFiles, query: string): Promise<TopicOffsets | undefined> {
  const newest = Math.max(...batchesIn(await data.list(`${query}/offsets`)));
  if (newest < 0) return undefined;
  const isCommitted = batchesIn(await data.list(`${query}/commits`)).includes(newest);
  const at = isCommitted ? newest : newest - 1;
  if (at < 0) return (await readFirstOffsets(data, query)) ?? {};
  const file = `${query}/offsets/${at}`;
  const offsets = parseOffsetLog((await data.read(file)) ?? '');
  if (!offsets) throw sparkErrors.OFFSET_LOG_UNREADABLE({ file });
  return offsets;
}

/**
 * The offsets in the text of `offsets/<n>`, format v1 (OffsetSeqLog.scala): the version, a line of metadata, then a line for each
 * source, `-` for a source that has given nothing. Undefined for a text in any other format.
 */
export function parseOffsetLog(text: string): TopicOffsets | undefined {
  const [version, , ...sources] = text.split('\n');
  return version === 'v1' ? (mergeOffsets(sources) ?? {}) : undefined;
}

/** Where a query began to read; null where no file has it. `sources/<i>/0` begins with a byte 0 for Spark 2.1 (KafkaSourceInitialOffsetWriter.scala). */
export async function readFirstOffsets(data: SharedFiles, query: string): Promise<TopicOffsets | null> {
  const sources = await data.list(`${query}/sources`);
  const texts = await Promise.all(sources.map((source) => data.read(`${query}/sources/${source}/0`)));
  return mergeOffsets(texts.map((text = '') => text.slice(text.indexOf('\n') + 1)));
}

function batchesIn(files: readonly string[]): number[] {
  return [-1, ...files.filter((file) => /^\d+$/.test(file)).map(Number)];
}
