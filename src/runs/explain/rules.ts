import { BATCH_RULES } from './batch.js';
import { CLUSTER_RULES } from './cluster.js';
import type { Rule } from './evidence.js';
import { INPUT_RULES } from './input.js';
import { WINDOW_RULES } from './windows.js';

const { brokerUnreachable, topicMissing, topicAnew, topicEmpty, readFromEnd, alreadyRead, deadLetters, unread } =
  INPUT_RULES;
const { windowOpen, lateRows, futureEvent } = WINDOW_RULES;
const { failed, noCores, executorLost, restarted, starting, firstBatch, masterUnreachable } = CLUSTER_RULES;
const { refused, leftOut } = BATCH_RULES;

/** In the order in which one hides the next: of two that are equally likely the first is named first. */
export const RULES: readonly Rule[] = [
  refused,
  failed,
  brokerUnreachable,
  topicMissing,
  topicAnew,
  topicEmpty,
  noCores,
  executorLost,
  starting,
  restarted,
  firstBatch,
  readFromEnd,
  alreadyRead,
  deadLetters,
  windowOpen,
  lateRows,
  futureEvent,
  unread,
  leftOut,
  masterUnreachable,
];
