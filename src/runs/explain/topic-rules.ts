import type { TopicDescription } from '../../kafka/topics.js';
import { type Evidence, lasting, none, type Rule, seedCommand, several, submitAgain } from './evidence.js';

const hasBroker = ({ topics }: Evidence) => topics !== null;
const always = () => true;
const isStream = ({ record }: Evidence) => record.kind === 'streaming';

/** The topics it reads that exist. */
function topicsRead({ reads, topics }: Evidence): readonly TopicDescription[] {
  return reads.map((name) => topics?.get(name)).filter((topic) => topic !== undefined);
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

function reachedIn({ progress, checkpoint }: Evidence, topic: string): Readonly<Record<number, number>> {
  return progress.findLast(({ endOffsets }) => endOffsets)?.endOffsets?.[topic] ?? checkpoint?.reached?.[topic] ?? {};
}

function total(offsets: Readonly<Record<number, number>>): number {
  return Object.values(offsets).reduce((sum, offset) => sum + offset, 0);
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
    const names = reads.join(', ');
    return {
      ...none,
      words: `The topic \`${names}\` is empty.`,
      details: gone > 0 ? [`it held ${several(gone, 'record')} before`] : [],
      numbers: { topics: reads, records: 0, recordsBefore: gone },
      command: seedCommand(names) ?? `millrace topic describe ${reads[0]}`,
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
    const { checkpoint, figures, record } = evidence;
    const isOwn = record.script !== null;
    const skipped = topicsRead(evidence)
      .flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, start }) => (checkpoint?.start?.[topic]?.[partition] ?? 0) - start),
      )
      .reduce((sum, records) => sum + Math.max(0, records), 0);
    if (skipped === 0) return undefined;
    return {
      words: `It began behind ${several(skipped, 'record')} that the topic still holds.`,
      details: [
        '`startingOffsets` was `latest` when its checkpoint began; later changes do not count',
        ...(isOwn ? ['set it to `earliest` in the script, and give it another `checkpointLocation`'] : []),
      ],
      numbers: { skipped, read: figures.rowsRead },
      command: isOwn ? null : submitAgain(evidence, '--new-checkpoint'),
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
    const { figures, waiting, checkpoint } = evidence;
    const held = topicsRead(evidence).reduce((sum, { records }) => sum + records, 0);
    const reached = evidence.reads.reduce((sum, topic) => sum + total(reachedIn(evidence, topic)), 0);
    const began = evidence.reads.reduce((sum, topic) => sum + total(checkpoint?.start?.[topic] ?? {}), 0);
    if (figures.rowsRead > 0 || waiting !== 0 || held === 0 || reached <= began) return undefined;
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
  applies: ({ record, figures }) => record.kind === 'streaming' && figures.rowsChecked > 0,
  canTell: always,
  find: ({ record, figures, deadLetter }) => {
    const { deadLetters: bad, rowsChecked } = figures;
    if (bad === 0) return undefined;
    const example = deadLetter
      ? [`${deadLetter.topic}, partition ${deadLetter.partition}, offset ${deadLetter.offset}: ${deadLetter.reason}`]
      : [];
    return {
      words: `${bad.toLocaleString('en-GB')} of ${several(rowsChecked, 'record')} could not be read.`,
      details: example,
      numbers: { deadLetters: bad, read: rowsChecked, example: deadLetter },
      command: `millrace topic tail ${record.name}.dead-letters`,
      likelihood: bad >= rowsChecked ? 'certain' : 'partly',
      share: bad / Math.max(bad, rowsChecked),
    };
  },
};

const unread: Rule = {
  id: 'unread',
  name: 'records that wait',
  applies: ({ record, figures, isLive }) => record.kind === 'streaming' && (figures.batches > 0 || !isLive),
  canTell: ({ waiting }) => waiting !== null,
  find: (evidence) => {
    const { waiting, figures, isLive } = evidence;
    if (!waiting) return undefined;
    const silentMs = silenceOf(evidence);
    const isStuck = isLive && silentMs > 0;
    const isAll = !isLive && figures.rowsRead === 0;
    const pace = figures.rowsPerSecond === null ? [] : [`the last batch read ${figures.rowsPerSecond} a second`];
    const stuck = [`no batch was committed for ${lasting(silentMs)}`];
    return {
      words: `${several(waiting, 'record')} ${waiting === 1 ? 'waits' : 'wait'} to be read.`,
      details: isLive ? (isStuck ? stuck : pace) : ['it ended before it had read them'],
      numbers: {
        waiting,
        read: figures.rowsRead,
        rowsPerSecond: figures.rowsPerSecond,
        silentSeconds: silentMs / 1000,
      },
      share: waiting / (waiting + figures.rowsRead),
      command: isLive ? (isStuck ? 'millrace cluster status' : null) : `millrace runs restart ${evidence.record.run}`,
      likelihood: isAll ? 'certain' : isStuck ? 'likely' : 'partly',
    };
  },
};

const LONG_FOR_A_BATCH_MS = 60_000;

/** For how long it has left lying what it could have read; 0 while that is no longer than batches take. */
function silenceOf({ figures, newestRecordMs, nowMs }: Evidence): number {
  const silentMs = nowMs - Math.max(figures.lastCommitMs ?? nowMs, newestRecordMs ?? nowMs);
  return silentMs > Math.max(LONG_FOR_A_BATCH_MS, 5 * (figures.lastDurationMs ?? 0)) ? silentMs : 0;
}

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
