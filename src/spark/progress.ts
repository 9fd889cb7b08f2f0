import { z } from 'zod';
import { newestOf, oldestOf } from './extremes.js';
import { mergeOffsets, type TopicOffsets } from './offsets.js';

/** What a script's `read` reports of the records that a batch has read from a topic. */
export interface ReadEvents {
  readonly topic: string;
  readonly rows: number;
  /** Those that become dead letters. */
  readonly refused: number;
  readonly newestMs: number | null;
  readonly oldestMs: number | null;
}

/** One committed micro-batch: those parts of Spark's StreamingQueryProgress that are used here. */
export interface BatchProgress {
  /**
   * The query's name: `topic` for a job. A step of its writing to parquet has a line of the same form, as `parquet`. A user's script
   * names its queries itself.
   */
  readonly query: string;
  /** Spark's id for this start of the query: a restarted driver goes on in the same checkpoint with another one. */
  readonly runId: string | null;
  readonly batchId: number;
  /** When the batch began, ISO 8601; null where the line does not have it. */
  readonly at: string | null;
  /** From trigger to commit. */
  readonly durationMs: number | null;
  readonly rowsRead: number;
  /** Null for a batch without rows: there is nothing to divide. */
  readonly rowsPerSecond: number | null;
  /**
   * Rows handed to the sink; 0 where that is not known. A sink of files does not count them: the script may, otherwise the rows that
   * left the state are taken. In append mode, the only one of such a sink, these are the rows that were written.
   */
  readonly rowsWritten: number;
  readonly droppedAsLate: number;
  /** Records that the script refused; their dead letters follow some seconds later. */
  readonly refused: number;
  /** Rows the query keeps: one per open window and key. */
  readonly stateRows: number;
  /** The watermark that this batch worked with; the events of a batch move the watermark of the next one. */
  readonly watermark: string | null;
  readonly newestEvent: string | null;
  readonly oldestEvent: string | null;
  readonly endOffsets: TopicOffsets | null;
  /** By topic; empty for a script that does not report them, and mostly for a batch that reads nothing. */
  readonly events: readonly ReadEvents[];
}

const count = z.number().default(0);
const progressSchema = z.object({
  name: z.string().nullish(),
  runId: z.string().nullish(),
  batchId: z.number(),
  timestamp: z.string().nullish(),
  durationMs: z.object({ triggerExecution: z.number().nullish() }).nullish(),
  numInputRows: count,
  processedRowsPerSecond: z.unknown().optional(),
  eventTime: z.object({ watermark: z.string(), max: z.string(), min: z.string() }).partial().nullish(),
  sink: z.object({ numOutputRows: count, description: z.string().default('') }).optional(),
  observedMetrics: z.record(z.string(), z.unknown()).nullish(),
  stateOperators: z
    .array(z.object({ numRowsTotal: count, numRowsRemoved: count, numRowsDroppedByWatermark: count }))
    .default([]),
  sources: z.array(z.object({ endOffset: z.unknown().optional() })).default([]),
});

const readEventsSchema = z.object({
  rows: z.number(),
  refused: count,
  newest_event_ms: z.number().nullish(),
  oldest_event_ms: z.number().nullish(),
});
const writtenSchema = z.object({ rows: z.number() });
const READ = 'read:';

type SparkProgress = z.infer<typeof progressSchema>;

/** The batches of a progress.ndjson; a line that cannot be read (a killed driver wrote half of it) is left out. */
export function parseProgress(text: string): BatchProgress[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => parseBatch(line) ?? []);
}

/** The same for the query `topic` alone, in half the time: the lines of other queries are not parsed. */
export function parseMainProgress(text: string): BatchProgress[] {
  const lines = text.split('\n').filter((line) => /"name"\s*:\s*"topic"/.test(line));
  return lines.flatMap((line) => parseBatch(line) ?? []).filter(({ query }) => query === 'topic');
}

/** Reads one StreamingQueryProgress; undefined for a text that is none. */
export function parseBatch(json: string): BatchProgress | undefined {
  try {
    return toBatch(progressSchema.parse(JSON.parse(json)));
  } catch {
    return undefined;
  }
}

function toBatch(progress: SparkProgress): BatchProgress {
  const { eventTime, sources } = progress;
  const events = eventsOf(progress);
  return {
    query: progress.name ?? 'query',
    runId: progress.runId ?? null,
    batchId: progress.batchId,
    at: progress.timestamp ?? null,
    durationMs: progress.durationMs?.triggerExecution ?? null,
    rowsRead: progress.numInputRows,
    rowsPerSecond: rateOf(progress),
    rowsWritten: rowsWritten(progress),
    droppedAsLate: sumOf(progress, 'numRowsDroppedByWatermark'),
    refused: events.reduce((sum, { refused }) => sum + refused, 0),
    stateRows: sumOf(progress, 'numRowsTotal'),
    watermark: eventTime?.watermark ?? null,
    // For a query that reads several topics, Spark's own figures are those of one of them.
    newestEvent: toIso(newestOf(events.map(({ newestMs }) => newestMs))) ?? eventTime?.max ?? null,
    oldestEvent: toIso(oldestOf(events.map(({ oldestMs }) => oldestMs))) ?? eventTime?.min ?? null,
    endOffsets: mergeOffsets(sources.map(({ endOffset }) => endOffset)),
    events,
  };
}

function rowsWritten(progress: SparkProgress): number {
  const { sink, observedMetrics } = progress;
  if (!sink || sink.numOutputRows >= 0) return sink?.numOutputRows ?? 0;
  // Spark 3.5 leaves out the observed metrics of a batch that reads nothing.
  const { data: written } = writtenSchema.safeParse(observedMetrics?.written);
  return written?.rows ?? (sink.description.startsWith('FileSink') ? sumOf(progress, 'numRowsRemoved') : 0);
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function eventsOf({ observedMetrics }: SparkProgress): ReadEvents[] {
  return Object.entries(observedMetrics ?? {}).flatMap(([name, metrics]) => {
    const data = name.startsWith(READ) ? readEventsSchema.safeParse(metrics).data : undefined;
    if (!data) return [];
    const { rows, refused, newest_event_ms: newestMs = null, oldest_event_ms: oldestMs = null } = data;
    return [{ topic: name.slice(READ.length), rows, refused, newestMs, oldestMs }];
  });
}

/** Spark leaves the rate out or writes "NaN" where it would divide by zero. Without rows it writes 0, which means as little. */
function rateOf({ processedRowsPerSecond: rate, numInputRows }: SparkProgress): number | null {
  return typeof rate === 'number' && Number.isFinite(rate) && numInputRows > 0 ? rate : null;
}

function sumOf({ stateOperators }: SparkProgress, figure: keyof SparkProgress['stateOperators'][number]): number {
  return stateOperators.reduce((sum, operator) => sum + operator[figure], 0);
}
