import { leftOutOf } from '../batch-rules.js';
import { several, upperFirst, withThousands } from './phrases.js';
import { noDetails, type Wording } from './wording.js';

const refused: Wording = {
  name: 'too little to work with',
  words: ({ batch }) => `${upperFirst(batch?.error ?? '')}.`,
  details: noDetails,
};

const leftOut: Wording = {
  name: 'rows left out',
  words: (evidence) => {
    const { count: rows, read } = leftOutOf(evidence);
    return `${withThousands(rows)} of ${several(read, 'row')} ${rows === 1 ? 'was' : 'were'} left out.`;
  },
  details: (evidence) => [
    leftOutOf(evidence)
      .reasons.map(([reason, rows]) => `${reason} ${withThousands(rows)}`)
      .join(', '),
  ],
};

/** What a batch reports in its result. */
export const BATCH_WORDS = { refused, 'left-out': leftOut };
