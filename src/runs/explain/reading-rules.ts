import { type Evidence, lasting, none, type Rule, several, submitAgain } from './evidence.js';
import { isStream, reachedIn, topicsRead, total } from './reach.js';

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
  applies: (evidence) => isStream(evidence) && evidence.figures.rowsChecked > 0,
  canTell: () => true,
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
      // The query that writes results may be ahead, and what it read since may be good.
      likelihood: bad >= Math.max(rowsChecked, figures.rowsRead) ? 'certain' : 'partly',
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

/** What became of what there is to read. */
export const READING_RULES = { readFromEnd, alreadyRead, deadLetters, unread };
