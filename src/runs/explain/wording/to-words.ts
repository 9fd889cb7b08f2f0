import type { RunState } from '../../state/run-state.js';
import type { Explanation } from '../explain.js';
import type { Finding, RuleId } from '../rule.js';
import * as batch from './batch-words.js';
import * as cluster from './cluster-words.js';
import * as reading from './reading-words.js';
import * as run from './run-words.js';
import { sideIdle } from './side-words.js';
import * as topic from './topic-words.js';
import { verdictOf } from './verdict.js';
import * as window from './window-words.js';
import type { Wording } from './wording.js';

/** An explanation as `runs explain` tells it, also in JSON. */
export interface ToldExplanation {
  readonly run: string;
  readonly state: RunState;
  /** How it goes, a part of a sentence. */
  readonly verdict: string;
  readonly findings: readonly ToldFinding[];
  readonly ruledOut: readonly NamedRule[];
  readonly unchecked: readonly NamedRule[];
}

export interface ToldFinding extends Finding {
  /** One sentence. */
  readonly words: string;
  /** How the numbers lead to it, a line each. */
  readonly details: readonly string[];
}

export interface NamedRule {
  readonly id: RuleId;
  readonly name: string;
}

const WORDINGS: Readonly<Record<RuleId, Wording>> = {
  refused: batch.refused,
  failed: run.failed,
  'broker-unreachable': topic.brokerUnreachable,
  'topic-missing': topic.topicMissing,
  'topic-recreated': topic.topicRecreated,
  'topic-empty': topic.topicEmpty,
  'no-cores': cluster.noCores,
  'executor-lost': cluster.executorLost,
  starting: run.starting,
  restarted: run.restarted,
  'first-batch': run.firstBatch,
  'read-from-end': reading.readFromEnd,
  'already-read': reading.alreadyRead,
  'dead-letters': reading.deadLetters,
  'side-idle': sideIdle,
  'window-open': window.windowOpen,
  'late-rows': window.lateRows,
  'future-event': window.futureEvent,
  unread: reading.unread,
  'left-out': batch.leftOut,
  'master-unreachable': cluster.masterUnreachable,
};

export function toWords(explanation: Explanation): ToldExplanation {
  const { evidence, findings, ruledOut, unchecked } = explanation;
  return {
    run: evidence.record.run,
    state: evidence.status.state,
    verdict: verdictOf(explanation),
    findings: findings.map(({ id, ...finding }) => {
      const { words, details } = WORDINGS[id];
      return { id, words: words(evidence), details: details(evidence), ...finding };
    }),
    ruledOut: ruledOut.map(withName),
    unchecked: unchecked.map(withName),
  };
}

function withName(id: RuleId): NamedRule {
  return { id, name: WORDINGS[id].name };
}
