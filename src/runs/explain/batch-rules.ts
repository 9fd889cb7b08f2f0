import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import type { SharedFiles } from '../../targets/target.js';
import { none, type Rule, several } from './evidence.js';

/** What a batch leaves behind at its end. */
export interface BatchResult {
  /** Why it made nothing of what it read. */
  readonly error: string | null;
  readonly rowsRead: number | null;
  readonly leftOut: Readonly<Record<string, number>>;
}

const resultSchema = z.object({
  error: z.string().nullish(),
  rows: z.object({ read: z.number().nullish(), leftOut: z.record(z.string(), z.number()).nullish() }).nullish(),
});

/** Null where a batch left no result, as one of the user's own need not. */
export async function readBatchResult(data: SharedFiles, run: string): Promise<BatchResult | null> {
  const { data: result } = resultSchema.safeParse(parseJson((await data.read(`runs/${run}/result.json`)) ?? ''));
  if (!result) return null;
  return { error: result.error ?? null, rowsRead: result.rows?.read ?? null, leftOut: result.rows?.leftOut ?? {} };
}

const refused: Rule = {
  id: 'refused',
  name: 'too little to work with',
  applies: ({ batch }) => batch !== null,
  canTell: () => true,
  find: ({ batch }) => {
    if (!batch?.error) return undefined;
    const words = `${batch.error.charAt(0).toUpperCase()}${batch.error.slice(1)}.`;
    return { ...none, words, numbers: { read: batch.rowsRead }, likelihood: 'certain' };
  },
};

const leftOut: Rule = {
  id: 'left-out',
  name: 'rows left out',
  applies: ({ batch }) => batch?.rowsRead != null,
  canTell: () => true,
  find: ({ batch }) => {
    const reasons = Object.entries(batch?.leftOut ?? {}).filter(([, count]) => count > 0);
    const count = reasons.reduce((sum, [, rows]) => sum + rows, 0);
    const read = batch?.rowsRead ?? 0;
    if (count === 0) return undefined;
    return {
      ...none,
      words: `${count.toLocaleString('en-GB')} of ${several(read, 'row')} ${count === 1 ? 'was' : 'were'} left out.`,
      details: [reasons.map(([reason, rows]) => `${reason} ${rows.toLocaleString('en-GB')}`).join(', ')],
      numbers: { read, leftOut: batch?.leftOut },
      likelihood: 'partly',
      share: count / Math.max(count, read),
    };
  },
};

/** What a batch says of itself. */
export const BATCH_RULES = { refused, leftOut };
