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

/** `certain` explains it alone; `partly` accounts for a share of the rows; `aside` is only worth knowing. */
export type Likelihood = 'certain' | 'likely' | 'partly' | 'aside';

/** Facts alone: `wording/` has the sentences. */
export interface Finding {
  readonly id: RuleId;
  readonly numbers: Readonly<Record<string, unknown>>;
  /** What helps. */
  readonly command: string | null;
  readonly likelihood: Likelihood;
  /** The share of all rows that it accounts for, between 0 and 1; null where that cannot be said. */
  readonly share: number | null;
}

export interface Rule {
  readonly id: RuleId;
  /** Whether it says anything about such a run at all; else it is not even ruled out. */
  applies(evidence: Evidence): boolean;
  /** False where a source that it needs did not answer. */
  canTell(evidence: Evidence): boolean;
  /** Undefined: ruled out. */
  find(evidence: Evidence): Omit<Finding, 'id'> | undefined;
}

export const none = { numbers: {}, command: null, share: null } as const;
