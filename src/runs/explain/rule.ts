import type { Evidence } from './evidence.js';

/** What can be found; docs/json.md lists them. */
export type RuleId =
  | 'refused'
  | 'failed'
  | 'broker-unreachable'
  | 'topic-missing'
  | 'topic-recreated'
  | 'topic-empty'
  | 'no-cores'
  | 'executor-lost'
  | 'starting'
  | 'restarted'
  | 'first-batch'
  | 'read-from-end'
  | 'already-read'
  | 'dead-letters'
  | 'side-idle'
  | 'window-open'
  | 'late-rows'
  | 'future-event'
  | 'unread'
  | 'left-out'
  | 'master-unreachable';

/** `certain` explains it without any other finding; `partly` explains a share of the rows; `aside` is only worth knowing. */
export type Likelihood = 'certain' | 'likely' | 'partly' | 'aside';

/** Only facts: `wording/` has the sentences. */
export interface Finding {
  readonly id: RuleId;
  readonly numbers: Readonly<Record<string, unknown>>;
  /** The command that helps. */
  readonly command: string | null;
  readonly likelihood: Likelihood;
  /** The share of all rows that it explains, between 0 and 1; null if that is not known. */
  readonly share: number | null;
}

export interface Rule {
  readonly id: RuleId;
  /** Whether the rule is about such runs; if not, it is not even ruled out. */
  applies(evidence: Evidence): boolean;
  /** False if a source that it needs did not answer. */
  canTell(evidence: Evidence): boolean;
  /** Undefined if it is ruled out. */
  find(evidence: Evidence): Omit<Finding, 'id'> | undefined;
}

/** For findings without these facts. */
export const EMPTY_FINDING = { numbers: {}, command: null, share: null } as const;

/** For a rule that applies to every run, or that always has what it needs. */
export const always = () => true;
