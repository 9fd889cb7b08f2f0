import type { TopicOffsets } from '../../spark/offsets.js';
import type { ProgressTally } from '../state/progress-tally.js';

/** What the batches of this run come to. Times are milliseconds since 1970, null where no batch tells. */
export interface ProgressFigures {
  readonly batches: number;
  /** By the query that writes results. */
  readonly rowsRead: number;
  /** Rows handed to the result topic: every change of a result. */
  readonly results: number;
  readonly deadLetters: number;
  /** How many records were looked at for dead letters; the queries take turns, so one may be ahead of the other. */
  readonly rowsChecked: number;
  /** Counted behind Spark's first aggregation, so several records of one key and window count once. */
  readonly droppedAsLate: number;
  /** Rows of closed windows. */
  readonly parquetRows: number;
  /** Rows of open windows, which parquet does not have yet. */
  readonly openRows: number;
  /** The watermark that the batches have come to use. */
  readonly watermarkMs: number | null;
  readonly newestEventMs: number | null;
  readonly oldestEventMs: number | null;
  readonly lastCommitMs: number | null;
  readonly lastDurationMs: number | null;
  readonly rowsPerSecond: number | null;
  /** It went on in a checkpoint: what earlier runs did is not counted here. */
  readonly isResumed: boolean;
  /** How far it has read its topics; none where no batch tells. */
  readonly reached: TopicOffsets;
}

export function sumUp(tally: ProgressTally): ProgressFigures {
  const { main, watermarkMs, newestEventMs, oldestEventMs, openRows, reached } = tally;
  const { batches, rowsRead, droppedAsLate, lastCommitMs, lastDurationMs, rowsPerSecond } = main;
  const bad = tally.of('dead-letters');
  return {
    ...{ batches, rowsRead, droppedAsLate, openRows, reached },
    results: main.rowsWritten,
    deadLetters: bad.rowsWritten,
    rowsChecked: bad.rowsRead,
    parquetRows: tally.of('parquet').rowsWritten,
    ...{ watermarkMs, newestEventMs, oldestEventMs, lastCommitMs, lastDurationMs, rowsPerSecond },
    isResumed: main.firstBatchId > 0,
  };
}
