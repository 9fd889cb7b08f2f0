import { submitAgain } from './commands.js';
import type { Evidence } from './evidence.js';
import { isStream, reachedIn, topicsRead, total } from './reach.js';
import { EMPTY_FINDING, type Rule } from './rule.js';

const readFromEnd: Rule = {
  id: 'read-from-end',
  applies: isStream,
  canTell: ({ topics, checkpoint }) => topics !== null && checkpoint?.start != null,
  find: (evidence) => {
    const { figures, record } = evidence;
    const skipped = skippedAtStart(evidence);
    if (skipped === 0) return undefined;
    return {
      numbers: { skipped, read: figures.rowsRead },
      command: record.script === null ? submitAgain(evidence, '--new-checkpoint') : null,
      likelihood: figures.rowsRead === 0 ? 'certain' : 'partly',
      share: skipped / (skipped + figures.rowsRead),
    };
  },
};

/** How many offsets the topics still hold before those where its checkpoint began. */
export function skippedAtStart(evidence: Evidence): number {
  const { checkpoint } = evidence;
  return topicsRead(evidence)
    .flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, start }) => (checkpoint?.start?.[topic]?.[partition] ?? 0) - start),
    )
    .reduce((sum, offsets) => sum + Math.max(0, offsets), 0);
}

const alreadyRead: Rule = {
  id: 'already-read',
  applies: (evidence) => isStream(evidence) && !evidence.hasFailed,
  canTell: ({ waiting, checkpoint }) => waiting !== null && checkpoint !== null,
  find: (evidence) => {
    const { figures, waiting, checkpoint } = evidence;
    const held = offsetsHeld(evidence);
    const reached = evidence.reads.reduce((sum, topic) => sum + total(reachedIn(evidence, topic)), 0);
    const began = evidence.reads.reduce((sum, topic) => sum + total(checkpoint?.start?.[topic] ?? {}), 0);
    if (figures.rowsRead > 0 || waiting !== 0 || held === 0 || reached <= began) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { offsets: held, waiting },
      command: submitAgain(evidence, '--new-checkpoint'),
      likelihood: 'certain',
    };
  },
};

/** How many offsets the topics hold now. */
export function offsetsHeld(evidence: Evidence): number {
  return topicsRead(evidence).reduce((sum, { offsets }) => sum + offsets, 0);
}

const deadLetters: Rule = {
  id: 'dead-letters',
  applies: (evidence) => isStream(evidence) && evidence.figures.rowsRead > 0,
  canTell: () => true,
  find: ({ record, figures, deadLetter }) => {
    const { deadLetters: bad, rowsRead } = figures;
    if (bad === 0) return undefined;
    return {
      numbers: { deadLetters: bad, read: rowsRead, example: deadLetter },
      command: `millrace topic tail ${record.name}.dead-letters`,
      likelihood: bad >= rowsRead ? 'certain' : 'partly',
      share: bad / Math.max(bad, rowsRead),
    };
  },
};

const unread: Rule = {
  id: 'unread',
  applies: ({ record, figures, isLive }) => record.kind === 'streaming' && (figures.batches > 0 || !isLive),
  canTell: ({ waiting }) => waiting !== null,
  find: (evidence) => {
    const { waiting, figures, isLive } = evidence;
    if (!waiting) return undefined;
    const silentMs = silenceOf(evidence);
    const isStuck = isLive && silentMs > 0;
    const isAll = !isLive && figures.rowsRead === 0;
    return {
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

const LONG_BATCH_MS = 60_000;

/** For how long no batch was committed although records wait; 0 if batches can take that long. */
export function silenceOf({ figures, newestRecordMs, nowMs }: Evidence): number {
  const silentMs = nowMs - Math.max(figures.lastCommitMs ?? nowMs, newestRecordMs ?? nowMs);
  return silentMs > Math.max(LONG_BATCH_MS, 5 * (figures.lastDurationMs ?? 0)) ? silentMs : 0;
}

/** Whether its records were read, and with what result. */
export const READING_RULES = { readFromEnd, alreadyRead, deadLetters, unread };
