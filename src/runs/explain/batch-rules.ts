import type { Evidence } from './evidence.js';
import { EMPTY_FINDING, type Rule } from './rule.js';

const refused: Rule = {
  id: 'refused',
  applies: ({ batch }) => batch !== null,
  canTell: () => true,
  find: ({ batch }) => {
    if (!batch?.error) return undefined;
    return { ...EMPTY_FINDING, numbers: { read: batch.rowsRead }, likelihood: 'certain' };
  },
};

const leftOut: Rule = {
  id: 'left-out',
  applies: ({ batch }) => batch?.rowsRead != null,
  canTell: () => true,
  find: (evidence) => {
    const { read, count } = leftOutOf(evidence);
    if (count === 0) return undefined;
    const numbers = { read, leftOut: evidence.batch?.leftOut };
    return { ...EMPTY_FINDING, numbers, likelihood: 'partly', share: count / Math.max(count, read) };
  },
};

/** The rows that a batch did not use, by reason. */
export function leftOutOf({ batch }: Evidence) {
  const reasons = Object.entries(batch?.leftOut ?? {}).filter(([, count]) => count > 0);
  return { read: batch?.rowsRead ?? 0, count: reasons.reduce((sum, [, rows]) => sum + rows, 0), reasons };
}

/** What a batch reports in its result. */
export const BATCH_RULES = { refused, leftOut };
