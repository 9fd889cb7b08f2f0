import { none, type Rule, several } from './evidence.js';

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
