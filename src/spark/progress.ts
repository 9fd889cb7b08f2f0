import { z } from 'zod';
import { mergeOffsets, type TopicOffsets } from './offsets.js';

/** One committed micro-batch: the parts of Spark's StreamingQueryProgress that are used here. */
export interface BatchProgress {
  /** The query's name: `topic`, `parquet` or `dead-letters`. */
  readonly query: string;
  readonly batchId: number;
  /** When the batch began, ISO 8601; null where the line does not say. */
  readonly at: string | null;
  /** From trigger to commit. */
  readonly durationMs: number | null;
  readonly rowsRead: number;
  /** Null for a batch without rows: there is nothing to divide. */
  readonly rowsPerSecond: number | null;
  /** Rows handed to the sink; 0 where the sink does not tell, as that of files. */
  readonly rowsWritten: number;
  readonly droppedAsLate: number;
  /** Rows the query keeps: one per open window and key. */
  readonly stateRows: number;
  /** Rows that left the state in this batch. In append mode that is what was written. */
  readonly stateRowsRemoved: number;
  /** The watermark this batch worked with; what the batch read moves that of the next. */
  readonly watermark: string | null;
  readonly newestEvent: string | null;
  readonly oldestEvent: string | null;
  /** Null in the first batch of a checkpoint. */
  readonly startOffsets: TopicOffsets | null;
  readonly endOffsets: TopicOffsets | null;
}

const count = z.number().default(0);
const progressSchema = z.object({
  name: z.string().nullish(),
  batchId: z.number(),
  timestamp: z.string().nullish(),
  durationMs: z.object({ triggerExecution: z.number().nullish() }).nullish(),
  numInputRows: count,
  processedRowsPerSecond: z.unknown().optional(),
  eventTime: z.object({ watermark: z.string(), max: z.string(), min: z.string() }).partial().nullish(),
  sink: z.object({ numOutputRows: count }).optional(),
  stateOperators: z
    .array(z.object({ numRowsTotal: count, numRowsRemoved: count, numRowsDroppedByWatermark: count }))
    .default([]),
  sources: z.array(z.object({ startOffset: z.unknown().optional(), endOffset: z.unknown().optional() })).default([]),
});

type SparkProgress = z.infer<typeof progressSchema>;

/** The lines of a progress.ndjson; one that cannot be read (half-written by a killed driver) is left out. */
export function parseProgress(text: string): BatchProgress[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => parseBatch(line) ?? []);
}

/** One StreamingQueryProgress as JSON; undefined for text that is none. */
export function parseBatch(json: string): BatchProgress | undefined {
  try {
    return toBatch(progressSchema.parse(JSON.parse(json)));
  } catch {
    return undefined;
  }
}

function toBatch(progress: SparkProgress): BatchProgress {
  const { eventTime, sources } = progress;
  return {
    query: progress.name ?? 'query',
    batchId: progress.batchId,
    at: progress.timestamp ?? null,
    durationMs: progress.durationMs?.triggerExecution ?? null,
    rowsRead: progress.numInputRows,
    rowsPerSecond: rateOf(progress),
    rowsWritten: Math.max(0, progress.sink?.numOutputRows ?? 0),
    droppedAsLate: sumOf(progress, 'numRowsDroppedByWatermark'),
    stateRows: sumOf(progress, 'numRowsTotal'),
    stateRowsRemoved: sumOf(progress, 'numRowsRemoved'),
    watermark: eventTime?.watermark ?? null,
    newestEvent: eventTime?.max ?? null,
    oldestEvent: eventTime?.min ?? null,
    startOffsets: mergeOffsets(sources.map(({ startOffset }) => startOffset)),
    endOffsets: mergeOffsets(sources.map(({ endOffset }) => endOffset)),
  };
}

/** Spark leaves the rate out, or writes "NaN", where it has divided by nothing; without rows it is 0 and says as little. */
function rateOf({ processedRowsPerSecond: rate, numInputRows }: SparkProgress): number | null {
  return typeof rate === 'number' && Number.isFinite(rate) && numInputRows > 0 ? rate : null;
}

function sumOf({ stateOperators }: SparkProgress, figure: keyof SparkProgress['stateOperators'][number]): number {
  return stateOperators.reduce((sum, operator) => sum + operator[figure], 0);
}
