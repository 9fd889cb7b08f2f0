import { restartsOf, sinceSubmitMs } from '../run-rules.js';
import { lasting, severalWait, upperFirst } from './phrases.js';
import type { Wording } from './wording.js';

const failed: Wording = {
  name: 'failure',
  words: ({ failure }) => `${upperFirst(failure?.words ?? '')}.`,
  details: ({ failure }) => (failure?.cure ? [failure.cure] : []),
};

const restarted: Wording = {
  name: 'restarts',
  words: (evidence) => {
    const { restarts } = restartsOf(evidence);
    return `Its driver ended and was started again, ${restarts === 1 ? 'once' : `${restarts} times`}.`;
  },
  details: (evidence) => {
    const cause = restartsOf(evidence).last?.cause;
    return cause ? [`the last ended: ${cause.words}`] : [];
  },
};

const starting: Wording = {
  name: 'still starting',
  words: (evidence) => `It is still starting, for ${lasting(sinceSubmitMs(evidence))} now.`,
  details: () => ['first results come some 30 seconds after a submit'],
};

const firstBatch: Wording = {
  name: 'first batch not done',
  words: ({ reads, waiting }) =>
    reads.length === 0
      ? 'No batch is committed yet, and what it reads is not told yet.'
      : `Its first batch is not committed yet; ${severalWait(waiting ?? 0, 'record')}.`,
  details: (evidence) => [`submitted ${lasting(sinceSubmitMs(evidence))} ago`],
};

/** Whether it runs at all. */
export const RUN_WORDS = { failed, restarted, starting, 'first-batch': firstBatch };
