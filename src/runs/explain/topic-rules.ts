import type { TopicDescription } from '../../kafka/topics.js';
import { seedCommand, submitAgain } from './commands.js';
import type { Evidence } from './evidence.js';
import { isStream, reachedIn, topicsRead, total } from './reach.js';
import { always, EMPTY_FINDING, type Rule } from './rule.js';

const hasBroker = ({ topics }: Evidence) => topics !== null;
const brokerUnreachable: Rule = {
  id: 'broker-unreachable',
  applies: always,
  canTell: always,
  find: ({ topics, bootstrapServers, isLive }) => {
    if (topics) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { bootstrapServers },
      command: bootstrapServers === null ? 'millrace cluster up' : 'millrace cluster status',
      likelihood: isLive ? 'certain' : 'aside',
    };
  },
};

const topicMissing: Rule = {
  id: 'topic-missing',
  applies: ({ reads }) => reads.length > 0,
  canTell: hasBroker,
  find: (evidence) => {
    const missing = missingTopics(evidence);
    const [first] = missing;
    if (first === undefined) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { missing, existing: [...(evidence.topics?.keys() ?? [])] },
      command: seedCommand(first) ?? `millrace topic create ${first}`,
      likelihood: 'certain',
    };
  },
};

export function missingTopics({ reads, topics }: Evidence): readonly string[] {
  return reads.filter((topic) => !topics?.has(topic));
}

const topicRecreated: Rule = {
  id: 'topic-recreated',
  applies: (evidence) => isStream(evidence) && (!hasBroker(evidence) || topicsRead(evidence).length > 0),
  // Offsets can show that a topic was created again; only ids can show that it was not.
  canTell: (evidence) => {
    const there = topicsRead(evidence);
    if (!hasBroker(evidence)) return false;
    return there.every((topic) => idsOf(topic, evidence)) || there.some((topic) => endsBefore(topic, evidence));
  },
  find: (evidence) => {
    const recreated = findRecreated(evidence);
    if (!recreated) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { ...recreated, idBefore: evidence.checkpoint?.topicIds[recreated.topic] ?? null },
      command: submitAgain(evidence, '--new-checkpoint'),
      likelihood: 'certain',
    };
  },
};

/** The first topic that was created again, with the offsets that the checkpoint had read and those it has had since. */
export function findRecreated(evidence: Evidence) {
  const hasOtherId = (topic: TopicDescription) => {
    const ids = idsOf(topic, evidence);
    return ids !== undefined && ids.before !== ids.now;
  };
  const found = topicsRead(evidence).find((topic) => hasOtherId(topic) || endsBefore(topic, evidence));
  if (!found) return undefined;
  const { topic, partitions } = found;
  const reached = total(reachedIn(evidence, topic));
  return { topic, reached, end: total(Object.fromEntries(partitions.map(({ partition, end }) => [partition, end]))) };
}

function idsOf({ topic }: TopicDescription, { checkpoint, topicIds }: Evidence) {
  const [before, now] = [checkpoint?.topicIds[topic], topicIds?.get(topic)];
  return before === undefined || now === undefined ? undefined : { before, now };
}

/** Offsets only grow: a topic that ends before the offsets that were read was created again. */
function endsBefore({ topic, partitions }: TopicDescription, evidence: Evidence): boolean {
  const ends = new Map(partitions.map(({ partition, end }) => [partition, end]));
  return Object.entries(reachedIn(evidence, topic)).some(
    ([partition, offset]) => offset > (ends.get(Number(partition)) ?? 0),
  );
}

const topicEmpty: Rule = {
  id: 'topic-empty',
  applies: ({ reads }) => reads.length > 0,
  canTell: hasBroker,
  find: (evidence) => {
    const { reads, figures } = evidence;
    const there = topicsRead(evidence);
    if (there.length < reads.length || there.some(({ offsets }) => offsets > 0)) return undefined;
    const [first = ''] = reads;
    return {
      ...EMPTY_FINDING,
      numbers: { topics: reads, offsets: 0, offsetsBefore: offsetsBefore(evidence) },
      command: seedCommand(first) ?? `millrace topic describe ${first}`,
      likelihood: figures.rowsRead === 0 ? 'certain' : 'aside',
    };
  },
};

/** How many offsets the topics have had. */
export function offsetsBefore(evidence: Evidence): number {
  return topicsRead(evidence)
    .flatMap(({ partitions }) => partitions)
    .reduce((sum, { end }) => sum + end, 0);
}

/** Whether there is anything to read. */
export const TOPIC_RULES = { brokerUnreachable, topicMissing, topicRecreated, topicEmpty };
