import { explainExecutorLoss } from '../../spark/failure-cause.js';
import { aliveWorkers, type MasterApplication, type MasterState } from '../../spark/master.js';
import { describeNeed, describeRoom, findRoom, type Room } from '../supervise/room.js';
import { type Evidence, lasting, none, type Rule, several, submitAgain } from './evidence.js';

const always = () => true;

const failed: Rule = {
  id: 'failed',
  name: 'failure',
  applies: ({ isLive }) => !isLive,
  canTell: always,
  find: (evidence) => {
    const { failure, status, figures, record } = evidence;
    if (!failure) return undefined;
    const needsNew = failure.code === 'data-loss' || failure.code === 'checkpoint-incompatible';
    const again = record.kind === 'streaming' ? `millrace runs restart ${record.run}` : submitAgain(evidence);
    return {
      ...none,
      words: `${failure.words.charAt(0).toUpperCase()}${failure.words.slice(1)}.`,
      details: failure.cure ? [failure.cure] : [],
      numbers: {
        cause: failure.code,
        exitCode: status.exitCode,
        isTransient: failure.isTransient,
        batches: figures.batches,
      },
      command: needsNew ? submitAgain(evidence, '--new-checkpoint') : failure.isTransient ? again : null,
      likelihood: 'certain',
    };
  },
};

/** As the master sees it, else as its own log tells. */
function isWaiting(evidence: Evidence): boolean {
  const application = applicationOf(evidence);
  if (evidence.status.state === 'queued') return true;
  return evidence.isLive && (application ? application.cores === 0 : evidence.isWaitingForExecutors);
}

function applicationOf({ master, record }: Evidence): MasterApplication | undefined {
  return master?.applications.find(({ name }) => name === record.run);
}

const noCores: Rule = {
  id: 'no-cores',
  name: 'no cores',
  applies: ({ isLive }) => isLive,
  canTell: ({ master, isWaitingForExecutors }) => master !== null || isWaitingForExecutors,
  find: (evidence) => {
    if (!isWaiting(evidence)) return undefined;
    const { master, record } = evidence;
    const room = master && findRoom(master, record.resources);
    return {
      ...none,
      words: `It waits for ${describeNeed(record.resources)}.`,
      details: [room ? describeRoom(room) : 'the master does not answer'],
      numbers: { ...record.resources, ...room, aliveWorkers: master && aliveWorkers(master).length },
      command: commandForRoom(master, room),
      likelihood: 'certain',
    };
  },
};

function commandForRoom(master: MasterState | null, room: Room | null): string {
  if (master && aliveWorkers(master).length === 0) return 'millrace cluster up';
  const most = [...(room?.holders ?? [])].sort((a, b) => b.cores - a.cores)[0];
  return room && room.total >= room.wanted && most ? `millrace runs stop ${most.name}` : 'millrace cluster status';
}

const executorLost: Rule = {
  id: 'executor-lost',
  name: 'lost executor',
  applies: ({ figures, losses }) => losses !== null || figures.batches > 0,
  canTell: always,
  find: ({ losses, isLive, failure }) => {
    if (!losses) return undefined;
    const isOpen = isLive && !losses.isReplaced;
    const cause = explainExecutorLoss(losses.reason);
    const isToBlame = failure?.code === 'executor-lost' || failure?.code === 'out-of-memory';
    const times = losses.count === 1 ? 'once' : `${losses.count} times`;
    return {
      ...none,
      words: isOpen ? 'Its executor was lost, and no other has come.' : `It lost its executor ${times}.`,
      details: [`the last: ${losses.reason}`, ...(cause.code === 'out-of-memory' && cause.cure ? [cause.cure] : [])],
      numbers: { ...losses, cause: cause.code },
      command: 'millrace cluster status',
      likelihood: isOpen ? 'certain' : isToBlame ? 'likely' : 'aside',
    };
  },
};

const restarted: Rule = {
  id: 'restarted',
  name: 'restarts',
  applies: ({ attempts }) => attempts.length > 0,
  canTell: always,
  find: ({ attempts, status, record, isLive }) => {
    const ended = attempts.filter(({ endedAt }) => endedAt !== null);
    const last = ended.at(-1);
    const again = isLive ? ended.length : ended.length - 1;
    if (!last || again < 1) return undefined;
    return {
      ...none,
      words: `Its driver ended and was started again, ${again === 1 ? 'once' : `${again} times`}.`,
      details: last.cause ? [`the last ended: ${last.cause.words}`] : [],
      numbers: { restarts: again, lastEndedAt: last.endedAt, cause: last.cause?.code ?? null },
      command: `millrace runs show ${record.run}`,
      likelihood: status.state === 'starting' ? 'likely' : 'aside',
    };
  },
};

const starting: Rule = {
  id: 'starting',
  name: 'still starting',
  applies: ({ isLive }) => isLive,
  canTell: always,
  find: (evidence) => {
    const { status, record, nowMs } = evidence;
    if (status.state !== 'starting' || isWaiting(evidence)) return undefined;
    const forMs = nowMs - Date.parse(record.submittedAt);
    return {
      ...none,
      words: `It is still starting, for ${lasting(forMs)} now.`,
      details: ['first results come some 30 seconds after a submit'],
      numbers: { seconds: Math.round(forMs / 1000) },
      command: 'millrace runs list',
      likelihood: 'certain',
    };
  },
};

const firstBatch: Rule = {
  id: 'first-batch',
  name: 'first batch not done',
  applies: ({ status, record }) => status.state === 'running' && record.kind === 'streaming',
  canTell: ({ waiting, figures }) => waiting !== null || figures.batches > 0,
  find: (evidence) => {
    const { figures, waiting, reads, record, nowMs } = evidence;
    if (figures.batches > 0 || isWaiting(evidence)) return undefined;
    const isUnknown = reads.length === 0;
    if (!waiting && !isUnknown) return undefined;
    return {
      ...none,
      words: isUnknown
        ? 'No batch is committed yet, and what it reads is not told yet.'
        : `Its first batch is not committed yet; ${several(waiting ?? 0, 'record')} ${waiting === 1 ? 'waits' : 'wait'}.`,
      details: [`submitted ${lasting(nowMs - Date.parse(record.submittedAt))} ago`],
      numbers: { waiting },
      likelihood: isUnknown ? 'likely' : 'certain',
    };
  },
};

const masterUnreachable: Rule = {
  id: 'master-unreachable',
  name: 'master gone',
  applies: ({ bootstrapServers, isLive }) => bootstrapServers !== null && isLive,
  canTell: always,
  find: ({ master, isWaitingForExecutors }) => {
    if (master) return undefined;
    return {
      ...none,
      words: 'The Spark master does not answer.',
      details: ['who holds cores and memory could not be looked at'],
      command: 'millrace cluster status',
      likelihood: isWaitingForExecutors ? 'likely' : 'aside',
    };
  },
};

/** Whether it runs at all, and has something to run on. */
export const CLUSTER_RULES = { failed, noCores, executorLost, restarted, starting, firstBatch, masterUnreachable };
