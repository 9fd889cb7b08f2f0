import { z } from 'zod';

/** One committed micro-batch: the parts of Spark's StreamingQueryProgress that are used here. */
export interface BatchProgress {
  /** The query's name: `topic`, `parquet` or `dead-letters`. */
  readonly query: string;
  readonly batchId: number;
  readonly rowsRead: number;
  /** Rows handed to the sink; 0 where the sink does not tell. */
  readonly rowsWritten: number;
  readonly droppedAsLate: number;
  readonly watermark: string | null;
}

const progressSchema = z.object({
  name: z.string().nullish(),
  batchId: z.number(),
  numInputRows: z.number().default(0),
  eventTime: z.object({ watermark: z.string().optional() }).optional(),
  sink: z.object({ numOutputRows: z.number().default(0) }).optional(),
  stateOperators: z.array(z.object({ numRowsDroppedByWatermark: z.number().default(0) })).default([]),
});

/** The lines of a progress.ndjson; one that cannot be read (half-written by a killed driver) is left out. */
export function parseProgress(text: string): BatchProgress[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): BatchProgress | undefined {
  try {
    const progress = progressSchema.parse(JSON.parse(line));
    return {
      query: progress.name ?? 'query',
      batchId: progress.batchId,
      rowsRead: progress.numInputRows,
      rowsWritten: Math.max(0, progress.sink?.numOutputRows ?? 0),
      droppedAsLate: progress.stateOperators.reduce(
        (sum, { numRowsDroppedByWatermark }) => sum + numRowsDroppedByWatermark,
        0,
      ),
      watermark: progress.eventTime?.watermark ?? null,
    };
  } catch {
    return undefined;
  }
}
