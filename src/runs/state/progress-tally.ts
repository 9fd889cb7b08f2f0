import { newestOf, oldestOf } from '../../spark/extremes.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { BatchProgress } from '../../spark/progress.js';

/** Sums over the batches of one streaming query. Times are milliseconds since 1970, null if no batch has them. */
export interface QueryTally {
  readonly batches: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Counted after Spark's first aggregation: several records of one key and window count once. */
  readonly droppedAsLate: number;
  readonly refused: number;
  readonly firstBatchId: number;
  readonly lastCommitMs: number | null;
  readonly lastDurationMs: number | null;
  /** Of the newest batch that read anything. */
  readonly rowsPerSecond: number | null;
  /** Where the newest batch that has offsets stopped reading. */
  readonly endOffsets: TopicOffsets | null;
}

const NOTHING: QueryTally = {
  batches: 0,
  rowsRead: 0,
  rowsWritten: 0,
  droppedAsLate: 0,
  refused: 0,
  firstBatchId: 0,
  lastCommitMs: null,
  lastDurationMs: null,
  rowsPerSecond: null,
  endOffsets: null,
};

/** Sums over all batches of a run, for each query. The batches themselves are not kept. */
export class ProgressTally {
  /** The newest watermark that a batch has used. */
  watermarkMs: number | null = null;
  newestEventMs: number | null = null;
  oldestEventMs: number | null = null;
  /** Rows of open windows in the newest batch that has a watermark. */
  openRows = 0;
  private readonly byQuery = new Map<string, QueryTally>();

  add(batches: readonly BatchProgress[]): this {
    for (const batch of batches) {
      this.byQuery.set(batch.query, addTo(this.of(batch.query), batch));
      this.watermarkMs = newestOf([this.watermarkMs, toMs(batch.watermark)]);
      this.newestEventMs = newestOf([this.newestEventMs, toMs(batch.newestEvent)]);
      this.oldestEventMs = oldestOf([this.oldestEventMs, toMs(batch.oldestEvent)]);
      if (batch.watermark !== null) this.openRows = batch.stateRows;
    }
    return this;
  }

  get isEmpty(): boolean {
    return this.byQuery.size === 0;
  }

  of(query: string): QueryTally {
    return this.byQuery.get(query) ?? NOTHING;
  }

  /** The query that writes results: a job's `topic`, else the one that the script started first. */
  get main(): QueryTally {
    return this.byQuery.get('topic') ?? [...this.byQuery.values()][0] ?? NOTHING;
  }

  /** Records that were refused. Up to 0.1.0 a query of its own wrote the letters, and its rows count. */
  get deadLetters(): number {
    return this.main.refused + this.of('dead-letters').rowsWritten;
  }

  /** Up to where each topic has been read: by the main query, or by another one if the main query does not read it. */
  get reached(): TopicOffsets {
    return Object.assign({}, ...[...this.byQuery.values(), this.main].map(({ endOffsets }) => endOffsets));
  }
}

function addTo(tally: QueryTally, batch: BatchProgress): QueryTally {
  return {
    batches: tally.batches + 1,
    rowsRead: tally.rowsRead + batch.rowsRead,
    rowsWritten: tally.rowsWritten + batch.rowsWritten,
    droppedAsLate: tally.droppedAsLate + batch.droppedAsLate,
    refused: tally.refused + batch.refused,
    firstBatchId: tally.batches === 0 ? batch.batchId : tally.firstBatchId,
    lastCommitMs: newestOf([tally.lastCommitMs, commitMs(batch)]),
    lastDurationMs: batch.durationMs,
    rowsPerSecond: batch.rowsPerSecond ?? tally.rowsPerSecond,
    endOffsets: batch.endOffsets ?? tally.endOffsets,
  };
}

function commitMs({ at, durationMs }: BatchProgress): number | null {
  return at === null ? null : Date.parse(at) + (durationMs ?? 0);
}

function toMs(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
