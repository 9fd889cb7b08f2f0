import { findRecreated, missingTopics, offsetsBefore } from '../topic-rules.js';
import { several, withThousands } from './phrases.js';
import type { Wording } from './wording.js';

const brokerUnreachable: Wording = {
  name: 'broker gone',
  words: ({ bootstrapServers }) =>
    bootstrapServers === null ? 'The cluster is down.' : `No broker answers at ${bootstrapServers}.`,
  details: () => ['what its topics hold is not known'],
};

const topicMissing: Wording = {
  name: 'topic missing',
  words: (evidence) => `There is no topic \`${missingTopics(evidence).join('`, `')}\`.`,
  details: () => ['it was never created, or was deleted'],
};

const topicRecreated: Wording = {
  name: 'topic created again',
  words: (evidence) =>
    `The topic \`${findRecreated(evidence)?.topic}\` was created again after this checkpoint had begun.`,
  details: (evidence) => {
    const { reached = 0, end = 0 } = findRecreated(evidence) ?? {};
    return [`the checkpoint had read ${several(reached, 'offset')}; the topic has had ${withThousands(end)}`];
  },
};

const topicEmpty: Wording = {
  name: 'topic empty',
  words: ({ reads }) =>
    reads.length > 1 ? `The topics \`${reads.join('`, `')}\` are empty.` : `The topic \`${reads[0]}\` is empty.`,
  details: (evidence) => {
    const gone = offsetsBefore(evidence);
    return gone > 0 ? [`it held ${several(gone, 'offset')} before`] : [];
  },
};

/** Whether there is anything to read. */
export const TOPIC_WORDS = {
  'broker-unreachable': brokerUnreachable,
  'topic-missing': topicMissing,
  'topic-recreated': topicRecreated,
  'topic-empty': topicEmpty,
};
