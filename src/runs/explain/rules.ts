import { BATCH_RULES } from './batch-rules.js';
import { CLUSTER_RULES } from './cluster-rules.js';
import { READING_RULES } from './reading-rules.js';
import type { Rule } from './rule.js';
import { RUN_RULES } from './run-rules.js';
import { sideIdle } from './side-rules.js';
import { TOPIC_RULES } from './topic-rules.js';
import { WINDOW_RULES } from './window-rules.js';

const { brokerUnreachable, topicMissing, topicRecreated, topicEmpty } = TOPIC_RULES;
const { readFromEnd, alreadyRead, deadLetters, unread } = READING_RULES;
const { windowOpen, lateRows, futureEvent } = WINDOW_RULES;
const { failed, restarted, starting, firstBatch } = RUN_RULES;
const { noCores, executorLost, masterUnreachable } = CLUSTER_RULES;
const { refused, leftOut } = BATCH_RULES;

/** Of two equally likely findings the first in this list is named first: a rule comes before those whose findings it causes. */
export const RULES: readonly Rule[] = [
  refused,
  failed,
  brokerUnreachable,
  topicMissing,
  topicRecreated,
  topicEmpty,
  noCores,
  executorLost,
  starting,
  restarted,
  firstBatch,
  readFromEnd,
  alreadyRead,
  deadLetters,
  sideIdle,
  windowOpen,
  lateRows,
  futureEvent,
  unread,
  leftOut,
  masterUnreachable,
];
