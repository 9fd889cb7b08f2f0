import type { RunState } from '../../state/run-state.js';
import type { Explanation } from '../explain.js';
import type { Finding, RuleId } from '../rule.js';
import { BATCH_WORDS } from './batch-words.js';
import { CLUSTER_WORDS } from './cluster-words.js';
import { READING_WORDS } from './reading-words.js';
import { RUN_WORDS } from './run-words.js';
import { SIDE_WORDS } from './side-words.js';
import { TOPIC_WORDS } from './topic-words.js';
import { verdictOf } from './verdict.js';
import { WINDOW_WORDS } from './window-words.js';
import type { Wording } from './wording.js';

/** An explanation as `runs explain` shows it, also in JSON. */
export interface ToldExplanation {
  readonly run: string;
  readonly state: RunState;
  /** How the run is doing, a part of a sentence. */
  readonly verdict: string;
  readonly findings: readonly ToldFinding[];
  readonly ruledOut: readonly NamedRule[];
  readonly unchecked: readonly NamedRule[];
}

export interface ToldFinding extends Finding {
  /** One sentence. */
  readonly words: string;
  /** How the numbers lead to the finding, a line each. */
  readonly details: readonly string[];
}

export interface NamedRule {
  readonly id: RuleId;
  readonly name: string;
}

const WORDINGS: Readonly<Record<RuleId, Wording>> = {
  ...BATCH_WORDS,
  ...CLUSTER_WORDS,
  ...READING_WORDS,
  ...RUN_WORDS,
  ...SIDE_WORDS,
  ...TOPIC_WORDS,
  ...WINDOW_WORDS,
};

/** Makes the sentences from the evidence. */
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
