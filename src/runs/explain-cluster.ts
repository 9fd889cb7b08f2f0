import { explainExecutorLoss } from '../spark/failure-cause.js';
import { aliveWorkers, largestFor, type MasterApplication, type MasterState, slotsFor } from '../spark/master.js';
import { type Evidence, lasting, none, type Rule, several, submitAgain } from './explain-evidence.js';

const always = () => true;

const failed: Rule = {
  id: 'failed',
  name: 'failure',
  applies: ({ isLive }) => !isLive,
  canTell: always,
  find: (evidence) => {
    const { failure, status, figures } = evidence;
    if (!failure) return undefined;
    const needsNew = failure.code === 'data-loss' || failure.code === 'checkpoint-incompatible';
    const again = failure.isTransient ? submitAgain(evidence) : null;
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
      command: needsNew ? submitAgain(evidence, '--new-checkpoint') : again,
      likelihood: 'certain',
    };
  },
};

/** What the run asked the master for; Spark tells only what it holds. */
function askedOf({ record }: Evidence): { cores: number; executorMemoryMb: number } {
  const value = (key: string) => record.command.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const [, amount, unit] = /^(\d+)([mg])$/i.exec(value('spark.executor.memory') ?? '') ?? [];
  const executorMemoryMb = amount ? Number(amount) * (unit?.toLowerCase() === 'g' ? 1024 : 1) : 1024;
  return { cores: Number(value('spark.cores.max') ?? 1), executorMemoryMb };
}

/** As the master sees it, else as its own log tells. */
function isWaiting(evidence: Evidence): boolean {
  const application = applicationOf(evidence);
  return evidence.isLive && (application ? application.cores === 0 : evidence.isWaitingForExecutors);
}

/** A batch tells nothing of itself before it ends: that it has cores says that it is at work. */
export function isBatchAtWork(evidence: Evidence): boolean {
  return evidence.record.kind === 'batch' && (applicationOf(evidence)?.cores ?? 0) > 0;
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
    const asked = askedOf(evidence);
    const holders = (master?.applications ?? []).filter(({ name, cores }) => name !== record.run && cores > 0);
    const slots = master && slotsFor(master, asked.executorMemoryMb);
    return {
      ...none,
      words: `It waits for ${several(asked.cores, 'core')} with ${asked.executorMemoryMb} MB each.`,
      details: master ? [roomFor(master, asked.executorMemoryMb, holders)] : ['the master does not answer'],
      numbers: {
        ...asked,
        slots,
        aliveWorkers: master && aliveWorkers(master).length,
        heldBy: holders.map(({ name, cores, executorMemoryMb }) => ({ run: name, cores, executorMemoryMb })),
      },
      command: commandForRoom(master, asked.executorMemoryMb, holders),
      likelihood: 'certain',
    };
  },
};

function roomFor(master: MasterState, memoryMb: number, holders: readonly MasterApplication[]): string {
  if (aliveWorkers(master).length === 0) return 'no worker is alive';
  if (largestFor(master, memoryMb) === 0) return 'no worker is big enough for one, even when nothing else runs';
  const free = `there is room for ${slotsFor(master, memoryMb)}`;
  const held = holders.map(({ name, cores }) => `${name} holds ${several(cores, 'core')}`);
  return [free, ...held].join('; ');
}

function commandForRoom(master: MasterState | null, memoryMb: number, holders: readonly MasterApplication[]): string {
  if (master && aliveWorkers(master).length === 0) return 'millrace cluster up';
  const most = [...holders].sort((a, b) => b.cores - a.cores)[0];
  const canHelp = master && largestFor(master, memoryMb) > 0 && most;
  return canHelp ? `millrace runs stop ${most.name}` : 'millrace cluster status';
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

const starting: Rule = {
  id: 'starting',
  name: 'still starting',
  applies: ({ isLive }) => isLive,
  canTell: always,
  find: (evidence) => {
    const { status, record, nowMs } = evidence;
    if (status.state !== 'starting' || isWaiting(evidence) || isBatchAtWork(evidence)) return undefined;
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
    const { figures, waiting, record, nowMs } = evidence;
    if (figures.batches > 0 || !waiting || isWaiting(evidence)) return undefined;
    return {
      ...none,
      words: `Its first batch is not committed yet; ${several(waiting, 'record')} wait.`,
      details: [`submitted ${lasting(nowMs - Date.parse(record.submittedAt))} ago`],
      numbers: { waiting },
      likelihood: 'certain',
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
export const CLUSTER_RULES = { failed, noCores, executorLost, starting, firstBatch, masterUnreachable };
