import { newestOf, oldestOf } from '../../spark/extremes.js';
import type { BatchProgress } from '../../spark/progress.js';

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
}

export function sumUp(progress: readonly BatchProgress[]): ProgressFigures {
  const main = batchesOf(progress, progress.some(({ query }) => query === 'topic') ? 'topic' : progress[0]?.query);
  const files = batchesOf(progress, 'parquet');
  const bad = batchesOf(progress, 'dead-letters');
  const last = main.at(-1);
  return {
    batches: main.length,
    rowsRead: sum(main, 'rowsRead'),
    results: sum(main, 'rowsWritten'),
    deadLetters: sum(bad, 'rowsWritten'),
    rowsChecked: sum(bad, 'rowsRead'),
    droppedAsLate: sum(main, 'droppedAsLate'),
    parquetRows: sum(files, 'rowsWritten'),
    openRows: progress.findLast(({ watermark }) => watermark !== null)?.stateRows ?? 0,
    watermarkMs: latest(progress.map(({ watermark }) => watermark)),
    newestEventMs: latest(progress.map(({ newestEvent }) => newestEvent)),
    oldestEventMs: earliest(progress.map(({ oldestEvent }) => oldestEvent)),
    lastCommitMs: latest(main.map(commitTime)),
    lastDurationMs: last?.durationMs ?? null,
    rowsPerSecond: main.findLast(({ rowsPerSecond }) => rowsPerSecond !== null)?.rowsPerSecond ?? null,
    isResumed: (main[0]?.batchId ?? 0) > 0,
  };
}

function batchesOf(progress: readonly BatchProgress[], query: string | undefined): readonly BatchProgress[] {
  return progress.filter((batch) => batch.query === query);
}

type Counted = 'rowsRead' | 'rowsWritten' | 'droppedAsLate';

function sum(batches: readonly BatchProgress[], figure: Counted): number {
  return batches.reduce((total, batch) => total + batch[figure], 0);
}

function commitTime({ at, durationMs }: BatchProgress): string | null {
  return at === null ? null : new Date(Date.parse(at) + (durationMs ?? 0)).toISOString();
}

function latest(times: readonly (string | null)[]): number | null {
  return newestOf(times.map(toMs));
}

function earliest(times: readonly (string | null)[]): number | null {
  return oldestOf(times.map(toMs));
}

function toMs(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
