import { restartsOf, sinceSubmitMs } from '../run-rules.js';
import { describeDuration, severalWait, upperFirst } from './phrases.js';
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
  words: (evidence) => `It is still starting, for ${describeDuration(sinceSubmitMs(evidence))} now.`,
  details: () => ['the first results come about 30 seconds after a submit'],
};

const firstBatch: Wording = {
  name: 'first batch not done',
  words: ({ reads, waiting }) =>
    reads.length === 0
      ? 'No batch is committed yet, and its topics are not known yet.'
      : `Its first batch is not committed yet; ${severalWait(waiting ?? 0, 'record')}.`,
  details: (evidence) => [`submitted ${describeDuration(sinceSubmitMs(evidence))} ago`],
};

/** Whether the run is at work at all. */
export const RUN_WORDS = { failed, restarted, starting, 'first-batch': firstBatch };
