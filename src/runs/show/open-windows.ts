import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import type { Target } from '../../targets/target.js';
import { delaysOf, type Fingerprint, intervalMs } from '../checkpoint/fingerprint.js';
import { readFingerprint } from '../checkpoint/generations.js';
import { runPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';

/** Results of an `available-now` run that are not in parquet, since their windows have not closed. */
export interface OpenWindows {
  /** One for each window and key. */
  readonly results: number;
  /** Null if Spark cannot tell windows and results apart, as before 4.0. */
  readonly windows: number | null;
  /** The beginning of the first, ISO 8601. */
  readonly from: string | null;
  /** The end of the last. */
  readonly to: string | null;
  /** An event of this time or later closes all; for a join there must be one in each topic. Null if that is not known. */
  readonly closedBy: string | Readonly<Record<string, string>> | null;
}

/** Whether the run adds markers after its records that close all windows; see `with_watermark` in millrace_job.py. */
export function closesWindows(parameters: RunRecord['parameters']): boolean {
  return parameters.closeWindows === true;
}

const time = z.string().nullable();
const openSchema = z.object({ results: z.number(), windows: z.number().nullable(), from: time, to: time });

/** Null while the run is live, for streams that do not end by themselves, and if the state of the stream does not have it. */
export async function readOpenWindows({ data }: Target, record: RunRecord): Promise<OpenWindows | null> {
  const open = openSchema.safeParse(parseJson((await data.read(runPath(record.run, 'open-windows.json'))) ?? '')).data;
  if (!open || record.generation === null) return null;
  const watermark = (await readFingerprint(data, record.name, record.generation))?.watermark ?? null;
  return { ...open, closedBy: open.to === null || watermark === null ? null : closedBy(open.to, watermark) };
}

function closedBy(end: string, watermark: NonNullable<Fingerprint['watermark']>): OpenWindows['closedBy'] {
  const after = (delayMs: number) => new Date(Date.parse(end) + delayMs).toISOString();
  if (typeof watermark === 'string') {
    const delayMs = intervalMs(watermark);
    return delayMs === null ? null : after(delayMs);
  }
  const delays = delaysOf(watermark);
  return delays && Object.fromEntries(delays.map(([topic, delayMs]) => [topic, after(delayMs)]));
}
