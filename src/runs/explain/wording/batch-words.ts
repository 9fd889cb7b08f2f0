import { leftOutOf } from '../batch-rules.js';
import { count, several, upperFirst } from './phrases.js';
import { noDetails, type Wording } from './wording.js';

export const refused: Wording = {
  name: 'too little to work with',
  words: ({ batch }) => `${upperFirst(batch?.error ?? '')}.`,
  details: noDetails,
};

export const leftOut: Wording = {
  name: 'rows left out',
  words: (evidence) => {
    const { count: rows, read } = leftOutOf(evidence);
    return `${count(rows)} of ${several(read, 'row')} ${rows === 1 ? 'was' : 'were'} left out.`;
  },
  details: (evidence) => [
    leftOutOf(evidence)
      .reasons.map(([reason, rows]) => `${reason} ${count(rows)}`)
      .join(', '),
  ],
};
