import { explainExecutorLoss } from '../../spark/failure-cause.js';
import type { SchedulerLook } from '../../targets/scheduler.js';
import { describeNeed, describeRoom, findRoom, type Room } from '../supervise/room.js';
import { isWaiting, none, type Rule } from './evidence.js';

const always = () => true;

const noCores: Rule = {
  id: 'no-cores',
  name: 'no cores',
  applies: ({ isLive }) => isLive,
  canTell: ({ scheduler, isWaitingForExecutors }) => scheduler !== null || isWaitingForExecutors,
  find: (evidence) => {
    if (!isWaiting(evidence)) return undefined;
    const { scheduler, schedulerName, record } = evidence;
    const told = scheduler ? findRoom(scheduler, record.resources) : null;
    const room = told === 'not told' ? null : told;
    return {
      ...none,
      words: `It waits for ${describeNeed(record.resources)}.`,
      details: told === null ? [`the ${schedulerName} does not answer`] : room ? [describeRoom(room)] : [],
      numbers: {
        ...record.resources,
        ...room,
        ...(told === 'not told' ? {} : { aliveWorkers: countNodes(scheduler) }),
      },
      command: commandForRoom(scheduler, room),
      likelihood: 'certain',
    };
  },
};

/** Null where nobody tells. */
function countNodes(scheduler: SchedulerLook | null): number | null {
  return scheduler && scheduler.nodes !== 'not told' ? scheduler.nodes.length : null;
}

function commandForRoom(scheduler: SchedulerLook | null, room: Room | null): string {
  if (countNodes(scheduler) === 0) return 'millrace cluster up';
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

const masterUnreachable: Rule = {
  id: 'master-unreachable',
  name: 'master gone',
  applies: ({ bootstrapServers, isLive }) => bootstrapServers !== null && isLive,
  canTell: always,
  find: ({ scheduler, schedulerName, isWaitingForExecutors }) => {
    if (scheduler) return undefined;
    return {
      ...none,
      words: `The ${schedulerName} does not answer.`,
      details: ['who holds cores and memory could not be looked at'],
      command: 'millrace cluster status',
      likelihood: isWaitingForExecutors ? 'likely' : 'aside',
    };
  },
};

/** Whether it has something to run on. */
export const CLUSTER_RULES = { noCores, executorLost, masterUnreachable };
