import type { TopicDescription } from '../../kafka/topics.js';
import { type Evidence, none, type Rule, seedCommand, several, submitAgain } from './evidence.js';
import { isStream, reachedIn, topicsRead, total } from './reach.js';

const hasBroker = ({ topics }: Evidence) => topics !== null;
const always = () => true;

const brokerUnreachable: Rule = {
  id: 'broker-unreachable',
  name: 'broker gone',
  applies: always,
  canTell: always,
  find: ({ topics, bootstrapServers, isLive }) => {
    if (topics) return undefined;
    const isDown = bootstrapServers === null;
    return {
      ...none,
      words: isDown ? 'The cluster is down.' : `No broker answers at ${bootstrapServers}.`,
      details: ['what its topics hold could not be looked at'],
      numbers: { bootstrapServers },
      command: isDown ? 'millrace cluster up' : 'millrace cluster status',
      likelihood: isLive ? 'certain' : 'aside',
    };
  },
};

const topicMissing: Rule = {
  id: 'topic-missing',
  name: 'topic missing',
  applies: ({ reads }) => reads.length > 0,
  canTell: hasBroker,
  find: ({ reads, topics }) => {
    const missing = reads.filter((topic) => !topics?.has(topic));
    const [first] = missing;
    if (first === undefined) return undefined;
    return {
      ...none,
      words: `There is no topic \`${missing.join('`, `')}\`.`,
      details: ['it was never made, or was deleted'],
      numbers: { missing, existing: [...(topics?.keys() ?? [])] },
      command: seedCommand(first) ?? `millrace topic create ${first}`,
      likelihood: 'certain',
    };
  },
};

const topicAnew: Rule = {
  id: 'topic-recreated',
  name: 'topic made anew',
  applies: (evidence) => isStream(evidence) && (!hasBroker(evidence) || topicsRead(evidence).length > 0),
  // Offsets can show that it was; that it was not, only ids can.
  canTell: (evidence) => {
    const there = topicsRead(evidence);
    if (!hasBroker(evidence)) return false;
    return there.every((topic) => idsOf(topic, evidence)) || there.some((topic) => endsBefore(topic, evidence));
  },
  find: (evidence) => {
    const { checkpoint } = evidence;
    const hasOtherId = (topic: TopicDescription) => {
      const ids = idsOf(topic, evidence);
      return ids !== undefined && ids.before !== ids.now;
    };
    const anew = topicsRead(evidence).find((topic) => hasOtherId(topic) || endsBefore(topic, evidence));
    if (!anew) return undefined;
    const reached = total(reachedIn(evidence, anew.topic));
    const end = total(Object.fromEntries(anew.partitions.map(({ partition, end }) => [partition, end])));
    return {
      ...none,
      words: `The topic \`${anew.topic}\` was made anew after this checkpoint had begun.`,
      details: [
        `the checkpoint got to ${several(reached, 'record')}; the topic has had ${end.toLocaleString('en-GB')}`,
      ],
      numbers: { topic: anew.topic, reached, end, idBefore: checkpoint?.topicIds[anew.topic] ?? null },
      command: submitAgain(evidence, '--new-checkpoint'),
      likelihood: 'certain',
    };
  },
};

function idsOf({ topic }: TopicDescription, { checkpoint, topicIds }: Evidence) {
  const [before, now] = [checkpoint?.topicIds[topic], topicIds?.get(topic)];
  return before === undefined || now === undefined ? undefined : { before, now };
}

/** Offsets only grow: a topic that ends before what was read of it is another one. */
function endsBefore({ topic, partitions }: TopicDescription, evidence: Evidence): boolean {
  const ends = new Map(partitions.map(({ partition, end }) => [partition, end]));
  return Object.entries(reachedIn(evidence, topic)).some(
    ([partition, offset]) => offset > (ends.get(Number(partition)) ?? 0),
  );
}

const topicEmpty: Rule = {
  id: 'topic-empty',
  name: 'topic empty',
  applies: ({ reads }) => reads.length > 0,
  canTell: hasBroker,
  find: (evidence) => {
    const { reads, figures } = evidence;
    const there = topicsRead(evidence);
    if (there.length < reads.length || there.some(({ records }) => records > 0)) return undefined;
    const gone = there.reduce((sum, { partitions }) => sum + partitions.reduce((ends, { end }) => ends + end, 0), 0);
    const [first = '', ...others] = reads;
    return {
      ...none,
      words: others.length > 0 ? `The topics \`${reads.join('`, `')}\` are empty.` : `The topic \`${first}\` is empty.`,
      details: gone > 0 ? [`it held ${several(gone, 'record')} before`] : [],
      numbers: { topics: reads, records: 0, recordsBefore: gone },
      command: seedCommand(first) ?? `millrace topic describe ${first}`,
      likelihood: figures.rowsRead === 0 ? 'certain' : 'aside',
    };
  },
};

/** Whether there is anything to read. */
export const TOPIC_RULES = { brokerUnreachable, topicMissing, topicAnew, topicEmpty };
