import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import type { Target } from '../../targets/target.js';
import { delaysOf, type Fingerprint, intervalMs } from '../checkpoint/fingerprint.js';
import { readFingerprint } from '../checkpoint/generations.js';
import { runPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';

/** What a run with the trigger `available-now` has counted and not written to parquet, since its windows are not closed. */
export interface OpenWindows {
  /** One for each window and key. */
  readonly results: number;
  /** Null where Spark cannot tell them from the results, as before 4.0. */
  readonly windows: number | null;
  /** The begin of the first, ISO 8601. */
  readonly from: string | null;
  /** The end of the last. */
  readonly to: string | null;
  /** An event of this time or later closes all; of a join one in each topic, by topic. Null where that cannot be reckoned. */
  readonly closedBy: string | Readonly<Record<string, string>> | null;
}

/** Whether the run puts markers behind its records that close all windows, see `with_watermark` of millrace_job.py. */
export function closesWindows(parameters: RunRecord['parameters']): boolean {
  return parameters.closeWindows === true;
}

const time = z.string().nullable();
const openSchema = z.object({ results: z.number(), windows: z.number().nullable(), from: time, to: time });

/** Null while the run goes on, for runs that do not end by themselves, and where the state of the stream does not tell. */
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
