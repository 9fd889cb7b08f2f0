import { explainExecutorLoss } from '../../spark/failure-cause.js';
import type { SchedulerLook } from '../../targets/scheduler.js';
import { type ExecutorRoom, findRoom } from '../supervise/executor-room.js';
import { type Evidence, isWaiting } from './evidence.js';
import { always, EMPTY_FINDING, type Rule } from './rule.js';

const noCores: Rule = {
  id: 'no-cores',
  applies: ({ isLive }) => isLive,
  canTell: ({ scheduler, isWaitingForExecutors }) => scheduler !== null || isWaitingForExecutors,
  find: (evidence) => {
    if (!isWaiting(evidence)) return undefined;
    const { scheduler, record } = evidence;
    const room = roomOf(evidence);
    return {
      ...EMPTY_FINDING,
      numbers: {
        ...record.resources,
        ...room,
        ...(scheduler?.nodes === 'not told' ? {} : { aliveWorkers: countNodes(scheduler) }),
      },
      command: commandForRoom(scheduler, room),
      likelihood: 'certain',
    };
  },
};

/** Null if the scheduler does not answer, or does not tell its cores. */
export function roomOf({ scheduler, record }: Evidence): ExecutorRoom | null {
  const room = scheduler && findRoom(scheduler, record.resources);
  return room === 'not told' ? null : room;
}

/** Null if the scheduler does not answer, or does not tell its nodes. */
function countNodes(scheduler: SchedulerLook | null): number | null {
  return scheduler && scheduler.nodes !== 'not told' ? scheduler.nodes.length : null;
}

function commandForRoom(scheduler: SchedulerLook | null, room: ExecutorRoom | null): string {
  if (countNodes(scheduler) === 0) return 'millrace cluster up';
  const most = [...(room?.holders ?? [])].sort((a, b) => b.cores - a.cores)[0];
  return room && room.total >= room.wanted && most ? `millrace runs stop ${most.name}` : 'millrace cluster status';
}

const executorLost: Rule = {
  id: 'executor-lost',
  applies: ({ figures, losses }) => losses !== null || figures.batches > 0,
  canTell: always,
  find: (evidence) => {
    const { losses, failure } = evidence;
    if (!losses) return undefined;
    const isToBlame = failure?.code === 'executor-lost' || failure?.code === 'out-of-memory';
    return {
      ...EMPTY_FINDING,
      numbers: { ...losses, cause: explainExecutorLoss(losses.reason).code },
      command: 'millrace cluster status',
      likelihood: isNotReplaced(evidence) ? 'certain' : isToBlame ? 'likely' : 'aside',
    };
  },
};

export function isNotReplaced({ losses, isLive }: Evidence): boolean {
  return isLive && losses?.isReplaced === false;
}

const masterUnreachable: Rule = {
  id: 'master-unreachable',
  applies: ({ bootstrapServers, isLive }) => bootstrapServers !== null && isLive,
  canTell: always,
  find: ({ scheduler, isWaitingForExecutors }) => {
    if (scheduler) return undefined;
    return {
      ...EMPTY_FINDING,
      command: 'millrace cluster status',
      likelihood: isWaitingForExecutors ? 'likely' : 'aside',
    };
  },
};

/** Whether the run has something to run on. */
export const CLUSTER_RULES = { noCores, executorLost, masterUnreachable };
