import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import { newestOf, oldestOf } from '../../spark/extremes.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { BatchProgress } from '../../spark/progress.js';

/** What the newest driver of a run has read of a topic. Times are milliseconds since 1970. */
export interface TopicRead {
  readonly newestMs: number | null;
  /** When the last batch that read its records began. */
  readonly lastReadMs: number | null;
}

/** How far the newest driver of a run has come with one query. */
export interface DriverTally {
  /** When its first batch began. */
  readonly sinceMs: number | null;
  /** Both of its newest batch. */
  readonly watermarkMs: number | null;
  readonly stateRows: number;
  /** For a script that reports what it reads of each topic; a topic of which it has read nothing is missing. */
  readonly topics: Readonly<Record<string, TopicRead>>;
}

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
  /** Null where it was not kept apart. */
  readonly driver: DriverTally | null;
}

const numberOrNull = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const driverSchema = z.object({
  sinceMs: numberOrNull,
  watermarkMs: numberOrNull,
  stateRows: z.number(),
  topics: z.record(z.string(), z.object({ newestMs: numberOrNull, lastReadMs: numberOrNull })),
});
const querySchema = z.object({
  batches: z.number(),
  rowsRead: z.number(),
  rowsWritten: z.number(),
  droppedAsLate: z.number(),
  refused: z.number().default(0),
  firstBatchId: z.number(),
  lastCommitMs: numberOrNull,
  lastDurationMs: numberOrNull,
  rowsPerSecond: numberOrNull,
  endOffsets: z
    .record(z.string(), z.record(z.string(), z.number()))
    .nullish()
    .transform((offsets) => offsets ?? null),
  driver: driverSchema,
});
const lineSchema = z.object({
  tally: z.object({
    queries: z.record(z.string(), querySchema),
    watermarkMs: numberOrNull,
    newestEventMs: numberOrNull,
    oldestEventMs: numberOrNull,
    openRows: z.number(),
  }),
});

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
  driver: null,
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

  /** What a line of progress.ndjson says of all batches up to it (`_Tally` in millrace_progress.py); undefined where it says nothing. */
  static parse(line: string): ProgressTally | undefined {
    const { data } = lineSchema.safeParse(parseJson(line));
    if (!data) return undefined;
    const { queries, ...figures } = data.tally;
    const tally = Object.assign(new ProgressTally(), figures);
    for (const [query, sums] of Object.entries(queries)) tally.byQuery.set(query, sums);
    return tally;
  }

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
    driver: tally.driver,
  };
}

function commitMs({ at, durationMs }: BatchProgress): number | null {
  return at === null ? null : Date.parse(at) + (durationMs ?? 0);
}

function toMs(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
