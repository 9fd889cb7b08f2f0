import type { TopicDescription } from '../kafka/topics.js';
import { type Evidence, none, type Rule, seedCommand, several, submitAgain } from './explain-evidence.js';

const hasBroker = ({ topics }: Evidence) => topics !== null;
const always = () => true;
const isStream = ({ record }: Evidence) => record.kind === 'streaming';

/** The topics it reads that exist. */
function topicsRead({ record, topics }: Evidence): readonly TopicDescription[] {
  return record.reads.map((name) => topics?.get(name)).filter((topic) => topic !== undefined);
}

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
  applies: ({ record }) => record.reads.length > 0,
  canTell: hasBroker,
  find: ({ record, topics }) => {
    const missing = record.reads.filter((topic) => !topics?.has(topic));
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
  applies: isStream,
  canTell: ({ topics, checkpoint }) => topics !== null && checkpoint !== null,
  find: (evidence) => {
    const { checkpoint, topicIds } = evidence;
    const isAnew = ({ topic }: TopicDescription) => {
      const [before, now] = [checkpoint?.topicIds[topic], topicIds?.get(topic)];
      return before !== undefined && now !== undefined && before !== now;
    };
    const anew = topicsRead(evidence).find((topic) => isAnew(topic) || endsBefore(topic, evidence));
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

/** Offsets only grow: a topic that ends before what was read of it is another one. */
function endsBefore({ topic, partitions }: TopicDescription, evidence: Evidence): boolean {
  const ends = new Map(partitions.map(({ partition, end }) => [partition, end]));
  return Object.entries(reachedIn(evidence, topic)).some(
    ([partition, offset]) => offset > (ends.get(Number(partition)) ?? 0),
  );
}

function reachedIn({ progress, checkpoint }: Evidence, topic: string): Readonly<Record<number, number>> {
  return progress.findLast(({ endOffsets }) => endOffsets)?.endOffsets?.[topic] ?? checkpoint?.reached?.[topic] ?? {};
}

function total(offsets: Readonly<Record<number, number>>): number {
  return Object.values(offsets).reduce((sum, offset) => sum + offset, 0);
}

const topicEmpty: Rule = {
  id: 'topic-empty',
  name: 'topic empty',
  applies: ({ record }) => record.reads.length > 0,
  canTell: hasBroker,
  find: (evidence) => {
    const { record, figures } = evidence;
    const there = topicsRead(evidence);
    if (there.length < record.reads.length || there.some(({ records }) => records > 0)) return undefined;
    const gone = there.reduce((sum, { partitions }) => sum + partitions.reduce((ends, { end }) => ends + end, 0), 0);
    const names = record.reads.join(', ');
    return {
      ...none,
      words: `The topic \`${names}\` is empty.`,
      details: gone > 0 ? [`it held ${several(gone, 'record')} before`] : [],
      numbers: { topics: record.reads, records: 0, recordsBefore: gone },
      command: seedCommand(names),
      likelihood: figures.rowsRead === 0 ? 'certain' : 'aside',
    };
  },
};

const readFromEnd: Rule = {
  id: 'read-from-end',
  name: 'read from the end',
  applies: isStream,
  canTell: ({ topics, checkpoint }) => topics !== null && checkpoint?.start != null,
  find: (evidence) => {
    const { checkpoint, figures } = evidence;
    const skipped = topicsRead(evidence)
      .flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, start }) => (checkpoint?.start?.[topic]?.[partition] ?? 0) - start),
      )
      .reduce((sum, records) => sum + Math.max(0, records), 0);
    if (skipped === 0) return undefined;
    return {
      words: `It began behind ${several(skipped, 'record')} that the topic still holds.`,
      details: ['`startingOffsets` was `latest` when its checkpoint began; later changes do not count'],
      numbers: { skipped, read: figures.rowsRead },
      command: submitAgain(evidence, '--new-checkpoint'),
      likelihood: figures.rowsRead === 0 ? 'certain' : 'partly',
      share: skipped / (skipped + figures.rowsRead),
    };
  },
};

const alreadyRead: Rule = {
  id: 'already-read',
  name: 'read by an earlier run',
  applies: (evidence) => isStream(evidence) && !evidence.hasFailed,
  canTell: ({ waiting, checkpoint }) => waiting !== null && checkpoint !== null,
  find: (evidence) => {
    const { figures, waiting } = evidence;
    const held = topicsRead(evidence).reduce((sum, { records }) => sum + records, 0);
    const reached = evidence.record.reads.reduce((sum, topic) => sum + total(reachedIn(evidence, topic)), 0);
    if (figures.rowsRead > 0 || waiting !== 0 || held === 0 || reached === 0) return undefined;
    return {
      ...none,
      words: `An earlier run of this name has read all ${several(held, 'record')}, and none has come since.`,
      numbers: { records: held, waiting },
      command: submitAgain(evidence, '--new-checkpoint'),
      likelihood: 'certain',
    };
  },
};

const deadLetters: Rule = {
  id: 'dead-letters',
  name: 'records that cannot be read',
  applies: ({ record, figures }) => record.kind === 'streaming' && figures.batches > 0,
  canTell: always,
  find: ({ record, figures, deadLetter }) => {
    const { deadLetters: bad, rowsRead } = figures;
    if (bad === 0) return undefined;
    const example = deadLetter
      ? [`${deadLetter.topic}, partition ${deadLetter.partition}, offset ${deadLetter.offset}: ${deadLetter.reason}`]
      : [];
    return {
      words: `${bad.toLocaleString('en-GB')} of ${several(rowsRead, 'record')} could not be read.`,
      details: example,
      numbers: { deadLetters: bad, read: rowsRead, example: deadLetter },
      command: `millrace topic tail ${record.name}.dead-letters`,
      likelihood: bad >= rowsRead ? 'certain' : 'partly',
      share: bad / Math.max(bad, rowsRead),
    };
  },
};

const unread: Rule = {
  id: 'unread',
  name: 'records that wait',
  applies: ({ record, figures }) => record.kind === 'streaming' && figures.batches > 0,
  canTell: ({ waiting }) => waiting !== null,
  find: (evidence) => {
    const { waiting, figures, isLive, nowMs } = evidence;
    if (!waiting) return undefined;
    const numbers = { waiting, read: figures.rowsRead, rowsPerSecond: figures.rowsPerSecond };
    const share = waiting / (waiting + figures.rowsRead);
    const words = `${several(waiting, 'record')} ${waiting === 1 ? 'waits' : 'wait'} to be read.`;
    if (!isLive) {
      const details = ['they came after it had ended'];
      return { words, details, numbers, share, command: submitAgain(evidence), likelihood: 'partly' };
    }
    const silentMs = nowMs - (figures.lastCommitMs ?? nowMs);
    const isStuck = silentMs > Math.max(60_000, 5 * (figures.lastDurationMs ?? 0));
    const pace =
      figures.rowsPerSecond === null ? [] : [`the last batch with rows read ${figures.rowsPerSecond} a second`];
    return {
      words,
      details: isStuck ? [`no batch was committed for ${Math.round(silentMs / 1000)} s`] : pace,
      numbers: { ...numbers, secondsSinceCommit: Math.round(silentMs / 1000) },
      share,
      command: isStuck ? 'millrace cluster status' : null,
      likelihood: isStuck ? 'likely' : 'partly',
    };
  },
};

/** Whether there is anything to read, and what became of what was read. */
export const INPUT_RULES = {
  brokerUnreachable,
  topicMissing,
  topicAnew,
  topicEmpty,
  readFromEnd,
  alreadyRead,
  deadLetters,
  unread,
};
