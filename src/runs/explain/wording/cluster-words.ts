import { explainExecutorLoss } from '../../../spark/failure-cause.js';
import { describeNeed, describeRoom } from '../../supervise/executor-room.js';
import { isNotReplaced, roomOf } from '../cluster-rules.js';
import type { Wording } from './wording.js';

const noCores: Wording = {
  name: 'no cores',
  words: ({ record }) => `It waits for ${describeNeed(record.resources)}.`,
  details: (evidence) => {
    if (!evidence.scheduler) return [`the ${evidence.schedulerName} does not answer`];
    const room = roomOf(evidence);
    return room ? [describeRoom(room)] : [];
  },
};

const executorLost: Wording = {
  name: 'lost executor',
  words: (evidence) => {
    if (isNotReplaced(evidence)) return 'Its executor was lost and not replaced.';
    const { count = 0 } = evidence.losses ?? {};
    return `It lost its executor ${count === 1 ? 'once' : `${count} times`}.`;
  },
  details: ({ losses }) => {
    if (!losses) return [];
    const { code, cure } = explainExecutorLoss(losses.reason);
    return [`the last: ${losses.reason}`, ...(code === 'out-of-memory' && cure ? [cure] : [])];
  },
};

const masterUnreachable: Wording = {
  name: 'master gone',
  words: ({ schedulerName }) => `The ${schedulerName} does not answer.`,
  details: () => ['which applications hold cores and memory is not known'],
};

/** Whether the run has something to run on. */
export const CLUSTER_WORDS = {
  'no-cores': noCores,
  'executor-lost': executorLost,
  'master-unreachable': masterUnreachable,
};
