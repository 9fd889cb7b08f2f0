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

/** All that an explanation rests on. What could not be asked is null, which is a finding of its own. */
export interface ExplainFacts {
  readonly record: RunRecord;
  readonly status: RunStatus;
  readonly nowMs: number;
  /** `--set` of the parameters that differ from the job's defaults. */
  readonly settings: readonly string[];
  /** The command that the job's runs come from, where that is not `submit`. */
  readonly startedBy: string | null;
  /** The topics it reads; of a script of the user's own only its batches tell. */
  readonly reads: readonly string[];
  /** As its batches tell; the evidence has what is to be made of it. */
  readonly progress: ProgressFigures;
  /** Why it ended, where it ended badly. */
  readonly failure: RunCause | null;
  /** The drivers it has had. */
  readonly attempts: readonly DriverAttempt[];
  readonly losses: ExecutorLosses | null;
  readonly isWaitingForExecutors: boolean;
  readonly checkpoint: CheckpointFacts | null;
  /** Of a run whose topics have a watermark each. */
  readonly joined: JoinProgress | null;
  /** What a batch said at its end. */
  readonly batch: BatchResult | null;
  /** Where the broker should be; null when the cluster is down. */
  readonly bootstrapServers: string | null;
  /** The topics, by name; null when no broker answers. */
  readonly topics: ReadonlyMap<string, TopicDescription> | null;
  /** Ids of the topics now, where they could be asked. */
  readonly topicIds: ReadonlyMap<string, string> | null;
  /** Records of its topics that it has not read; null when no broker tells. */
  readonly waiting: number | null;
  /** When the newest record of its topic was produced; asked only where records wait. */
  readonly newestRecordMs: number | null;
  /** What it tells; null when it does not answer. */
  readonly scheduler: SchedulerLook | null;
  /** As sentences call it: the Spark master. */
  readonly schedulerName: string;
  readonly deadLetter: DeadLetter | null;
  /** Ends of the windows among the newest results, milliseconds since 1970. */
  readonly windowEnds: readonly number[];
}
