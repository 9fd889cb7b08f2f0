import type { TopicOffsets } from '../../spark/offsets.js';
import type { ProgressTally } from '../state/progress-tally.js';

/** Sums over the batches of this run. Times are milliseconds since 1970, null if no batch has them. */
export interface ProgressFigures {
  readonly batches: number;
  /** Records that it has read. */
  readonly rowsRead: number;
  /** Rows written to the result topic: each change of a result counts. */
  readonly results: number;
  readonly deadLetters: number;
  /** Counted after Spark's first aggregation: several records of one key and window count once. */
  readonly droppedAsLate: number;
  /** Rows of closed windows. */
  readonly parquetRows: number;
  /** Rows of open windows, which are not in parquet yet. */
  readonly openRows: number;
  /** The newest watermark that a batch has used. */
  readonly watermarkMs: number | null;
  readonly newestEventMs: number | null;
  readonly oldestEventMs: number | null;
  readonly lastCommitMs: number | null;
  readonly lastDurationMs: number | null;
  readonly rowsPerSecond: number | null;
  /** It went on from a checkpoint: what earlier runs did is not counted here. */
  readonly isResumed: boolean;
  /** Up to where it has read its topics; empty if no batch has offsets. */
  readonly reached: TopicOffsets;
}

export function sumUp(tally: ProgressTally): ProgressFigures {
  const { main, watermarkMs, newestEventMs, oldestEventMs, openRows, reached } = tally;
  const { batches, rowsRead, droppedAsLate, lastCommitMs, lastDurationMs, rowsPerSecond } = main;
  return {
    ...{ batches, rowsRead, droppedAsLate, openRows, reached },
    results: main.rowsWritten,
    deadLetters: tally.deadLetters,
    parquetRows: tally.of('parquet').rowsWritten,
    ...{ watermarkMs, newestEventMs, oldestEventMs, lastCommitMs, lastDurationMs, rowsPerSecond },
    isResumed: main.firstBatchId > 0,
  };
}
