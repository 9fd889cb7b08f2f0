import type { TopicDescription } from '../../kafka/topics.js';
import type { ExecutorLosses } from '../../spark/driver-log.js';
import type { SchedulerLook } from '../../targets/scheduler.js';
import type { JoinProgress } from '../list/sides.js';
import type { RunRecord } from '../record/run-record.js';
import type { BatchResult } from '../state/batch-result.js';
import type { RunStatus } from '../state/run-state.js';
import type { DriverAttempt, RunCause } from '../state/supervision.js';
import type { CheckpointFacts } from './checkpoint-facts.js';
import type { ProgressFigures } from './progress-figures.js';
import type { DeadLetter } from './records.js';

/** All facts for an explanation. A fact is null if its source did not answer, and this can be a finding, too. */
export interface ExplainFacts {
  readonly record: RunRecord;
  readonly status: RunStatus;
  readonly nowMs: number;
  /** `--set` of the parameters that differ from the job's defaults. */
  readonly settings: readonly string[];
  /** The command that starts the job, if it is not `submit`. */
  readonly startedBy: string | null;
  /** The topics it reads; for a user's own script they are known from its batches only. */
  readonly reads: readonly string[];
  /** The figures of its batches, before the evidence corrects them. */
  readonly progress: ProgressFigures;
  /** Why it ended, if it failed or was lost. */
  readonly failure: RunCause | null;
  /** All drivers it has had. */
  readonly attempts: readonly DriverAttempt[];
  readonly losses: ExecutorLosses | null;
  readonly isWaitingForExecutors: boolean;
  readonly checkpoint: CheckpointFacts | null;
  /** Null unless its topics have a watermark each. */
  readonly joined: JoinProgress | null;
  /** What a batch reported at its end. */
  readonly batch: BatchResult | null;
  /** The broker's address; null if the cluster is down. */
  readonly bootstrapServers: string | null;
  /** All topics by name; null if no broker answers. */
  readonly topics: ReadonlyMap<string, TopicDescription> | null;
  /** The present ids of its topics; null if no broker answers. */
  readonly topicIds: ReadonlyMap<string, string> | null;
  /** How many offsets of its topics it could read and has not; null if no broker answers. */
  readonly waiting: number | null;
  /** When the newest record of its topics was produced; asked only if offsets wait. */
  readonly newestRecordMs: number | null;
  /** Null if it does not answer. */
  readonly scheduler: SchedulerLook | null;
  /** Its name in sentences, such as `Spark master`. */
  readonly schedulerName: string;
  readonly deadLetter: DeadLetter | null;
  /** Ends of the windows among the newest results, milliseconds since 1970. */
  readonly windowEnds: readonly number[];
}
