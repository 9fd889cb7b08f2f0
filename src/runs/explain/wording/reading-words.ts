import { offsetsHeld, silenceOf, skippedAtStart } from '../reading-rules.js';
import { describeDuration, several, severalWait, withThousands } from './phrases.js';
import { noDetails, type Wording } from './wording.js';

const readFromEnd: Wording = {
  name: 'read from the end',
  words: (evidence) => `It began after ${several(skippedAtStart(evidence), 'offset')} that the topic still holds.`,
  details: ({ record }) => [
    '`startingOffsets` was `latest` when its checkpoint began; later changes have no effect',
    ...(record.script === null ? [] : ['set it to `earliest` in the script, and give it another `checkpointLocation`']),
  ],
};

const alreadyRead: Wording = {
  name: 'read by an earlier run',
  words: (evidence) =>
    `An earlier run of this name has read all ${several(offsetsHeld(evidence), 'offset')}, and no new ones have come since.`,
  details: noDetails,
};

const deadLetters: Wording = {
  name: 'records that cannot be read',
  words: ({ figures }) =>
    `${withThousands(figures.deadLetters)} of ${several(figures.rowsRead, 'record')} could not be read.`,
  details: ({ deadLetter }) => {
    if (!deadLetter) return [];
    const { topic, partition, offset, reason } = deadLetter;
    return [`${topic}, partition ${partition}, offset ${offset}: ${reason}`];
  },
};

const unread: Wording = {
  name: 'records that wait',
  words: ({ waiting }) => `${severalWait(waiting ?? 0, 'offset')} to be read.`,
  details: (evidence) => {
    const { isLive, figures } = evidence;
    if (!isLive) return ['it ended before it had read them'];
    const silentMs = silenceOf(evidence);
    if (silentMs > 0) return [`no batch was committed for ${describeDuration(silentMs)}`];
    return figures.rowsPerSecond === null ? [] : [`the last batch read ${figures.rowsPerSecond} a second`];
  },
};

/** Whether its records were read, and with what result. */
export const READING_WORDS = {
  'read-from-end': readFromEnd,
  'already-read': alreadyRead,
  'dead-letters': deadLetters,
  unread,
};
