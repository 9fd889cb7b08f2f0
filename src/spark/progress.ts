import { z } from 'zod';
import { newestOf, oldestOf } from './extremes.js';
import { mergeOffsets, type TopicOffsets } from './offsets.js';

/** What a script's `tell_events` says of the rows that a batch has read from a topic. */
export interface ReadEvents {
  readonly topic: string;
  readonly rows: number;
  readonly newestMs: number | null;
  readonly oldestMs: number | null;
}

/** One committed micro-batch: the parts of Spark's StreamingQueryProgress that are used here. */
export interface BatchProgress {
  /** The query's name: `topic`, `parquet`, `dead-letters`, or another of the job's, such as `alerts`. */
  readonly query: string;
  /** Of this start of the query: a driver that is restarted goes on in the same checkpoint under another one. */
  readonly runId: string | null;
  readonly batchId: number;
  /** When the batch began, ISO 8601; null where the line does not say. */
  readonly at: string | null;
  /** From trigger to commit. */
  readonly durationMs: number | null;
  readonly rowsRead: number;
  /** Null for a batch without rows: there is nothing to divide. */
  readonly rowsPerSecond: number | null;
  /**
   * Rows handed to the sink; 0 where nobody tells. A sink of files does not: there the script counts, else those that left the
   * state are taken, which in append mode, the only one that such a sink knows, have been written.
   */
  readonly rowsWritten: number;
  readonly droppedAsLate: number;
  /** Rows the query keeps: one per open window and key. */
  readonly stateRows: number;
  /** The watermark this batch worked with; what the batch read moves that of the next. */
  readonly watermark: string | null;
  readonly newestEvent: string | null;
  readonly oldestEvent: string | null;
  readonly endOffsets: TopicOffsets | null;
  /** By topic; empty for a script that does not tell, and mostly for a batch that reads nothing. */
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
  newest_event_ms: z.number().nullish(),
  oldest_event_ms: z.number().nullish(),
});
const writtenSchema = z.object({ rows: z.number() });
const READ = 'read:';

type SparkProgress = z.infer<typeof progressSchema>;

/** The lines of a progress.ndjson; one that cannot be read (half-written by a killed driver) is left out. */
export function parseProgress(text: string): BatchProgress[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => parseBatch(line) ?? []);
}

/** The same of the query `topic` alone, in half the time: the lines of the others are not parsed. */
export function parseMainProgress(text: string): BatchProgress[] {
  const lines = text.split('\n').filter((line) => /"name"\s*:\s*"topic"/.test(line));
  return lines.flatMap((line) => parseBatch(line) ?? []).filter(({ query }) => query === 'topic');
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
    stateRows: sumOf(progress, 'numRowsTotal'),
    watermark: eventTime?.watermark ?? null,
    // Where several topics are read, Spark's own figures are those of one of them.
    newestEvent: toIso(newestOf(events.map(({ newestMs }) => newestMs))) ?? eventTime?.max ?? null,
    oldestEvent: toIso(oldestOf(events.map(({ oldestMs }) => oldestMs))) ?? eventTime?.min ?? null,
    endOffsets: mergeOffsets(sources.map(({ endOffset }) => endOffset)),
    events,
  };
}

function rowsWritten(progress: SparkProgress): number {
  const { sink, observedMetrics } = progress;
  if (!sink || sink.numOutputRows >= 0) return sink?.numOutputRows ?? 0;
  // Spark 3.5 leaves out what was observed of a batch that reads nothing.
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
    const { rows, newest_event_ms: newestMs = null, oldest_event_ms: oldestMs = null } = data;
    return [{ topic: name.slice(READ.length), rows, newestMs, oldestMs }];
  });
}

/** Spark leaves the rate out, or writes "NaN", where it has divided by nothing; without rows it is 0 and says as little. */
function rateOf({ processedRowsPerSecond: rate, numInputRows }: SparkProgress): number | null {
  return typeof rate === 'number' && Number.isFinite(rate) && numInputRows > 0 ? rate : null;
}

function sumOf({ stateOperators }: SparkProgress, figure: keyof SparkProgress['stateOperators'][number]): number {
  return stateOperators.reduce((sum, operator) => sum + operator[figure], 0);
}
