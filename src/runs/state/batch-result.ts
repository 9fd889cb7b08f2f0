import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import type { SharedFiles } from '../../targets/target.js';
import { runPath } from '../record/run-paths.js';

/** What a batch writes into `result.json` at its end. */
export interface BatchResult {
  /** Why it has no result. */
  readonly error: string | null;
  readonly rowsRead: number | null;
  readonly leftOut: Readonly<Record<string, number>>;
}

const resultSchema = z.object({
  error: z.string().nullish(),
  rows: z.object({ read: z.number().nullish(), leftOut: z.record(z.string(), z.number()).nullish() }).nullish(),
});

/** Null if there is no result, or it cannot be read: a user's own script need not write one. */
export async function readBatchResult(data: SharedFiles, run: string): Promise<BatchResult | null> {
  const { data: result } = resultSchema.safeParse(parseJson((await data.read(runPath(run, 'result.json'))) ?? ''));
  if (!result) return null;
  return { error: result.error ?? null, rowsRead: result.rows?.read ?? null, leftOut: result.rows?.leftOut ?? {} };
}
