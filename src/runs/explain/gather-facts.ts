import { orNull } from '../../errors.js';
import type { JobFolders } from '../../jobs/find-jobs.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { findExecutorLosses, isWaitingForExecutors } from '../../spark/driver-log.js';
import { explainDriverEnd } from '../../spark/failure-cause.js';
import { findInitialOffsets, parseLoggedProgress } from '../../spark/logged-progress.js';
import { toShell } from '../../targets/shell.js';
import type { Target } from '../../targets/target.js';
import { readJoinProgress } from '../list/sides.js';
import { readSettings } from '../plan/submit-again.js';
import type { RunRecord } from '../record/run-record.js';
import { readBatchResult } from '../state/batch-result.js';
import { ProgressReader } from '../state/progress-file.js';
import { ProgressTally } from '../state/progress-tally.js';
import { readLogEnd, readLogStart } from '../state/run-files.js';
import { ENDED_WITH_MACHINE, originalOf, type RunStatus, readRunStatus } from '../state/run-state.js';
import { type RunCause, readSupervision, type Supervision } from '../state/supervision.js';
import { askCluster } from './ask-cluster.js';
import { type CheckpointFacts, readCheckpoint, unseenCheckpoint } from './checkpoint-facts.js';
import type { ExplainFacts } from './facts.js';
import { type ProgressFigures, sumUp } from './progress-figures.js';

/** Enough for the newest problems of an attempt, and for its end. */
const LOG_TAIL_BYTES = 2_000_000;

export interface ExplainSources {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly jobs: JobFolders;
  readonly signal: AbortSignal;
}

/** Asks all sources at once. The facts of a source that does not answer are null. */
export async function gatherFacts(sources: ExplainSources, record: RunRecord): Promise<ExplainFacts> {
  const { target, project, jobs } = sources;
  const { data } = target;
  const [kafka, status, supervision, logStart, log, tally, ours, joined, batch, settings] = await Promise.all([
    orNull(target.kafka()),
    readRunStatus(target, project, record.run),
    readSupervision(project, record.run),
    readLogStart(data, record.run),
    readLogEnd(data, record.run, LOG_TAIL_BYTES),
    new ProgressReader(data, record.run).read(),
    readCheckpoint(data, record),
    readJoinProgress(target, record),
    record.kind === 'batch' ? readBatchResult(data, record.run) : null,
    readSettings(jobs, record),
  ]);
  const progress = sumUp(tally.isEmpty ? new ProgressTally().add(parseLoggedProgress(log)) : tally);
  const start = findInitialOffsets(logStart) ?? findInitialOffsets(log);
  const checkpoint = ours ?? (start && unseenCheckpoint(start));
  const reads = topicsRead(record, progress, checkpoint);
  return {
    record,
    status,
    nowMs: Date.now(),
    ...settings,
    reads,
    progress,
    failure: causeOf(project, status, supervision, log),
    attempts: supervision?.attempts ?? [],
    losses: findExecutorLosses(log) ?? null,
    isWaitingForExecutors: isWaitingForExecutors(log),
    checkpoint,
    joined,
    batch,
    schedulerName: target.scheduler.name,
    ...(await askCluster(
      sources.signal,
      { record, reads, progress, checkpoint },
      { kafka, scheduler: target.scheduler },
    )),
  };
}

function topicsRead(
  { reads }: RunRecord,
  { reached }: ProgressFigures,
  checkpoint: CheckpointFacts | null,
): readonly string[] {
  if (reads.length > 0) return reads;
  return Object.keys({ ...checkpoint?.start, ...reached });
}

/** The cause that its supervisor saw; without a supervisor the one in the log. */
function causeOf(
  project: ProjectFolder,
  { state, exitCode, note }: RunStatus,
  supervision: Supervision | undefined,
  log: string,
): RunCause | null {
  if (state !== 'failed' && state !== 'lost') return null;
  const original = originalOf(project, supervision);
  if (state === 'lost' && note !== null && original !== undefined)
    return {
      code: 'lost',
      words: note,
      isTransient: false,
      cure: `Ask there, with ${toShell(['--project', original])}.`,
    };
  if (note === ENDED_WITH_MACHINE) return { code: 'lost', words: note, isTransient: true, cure: null };
  return supervision?.verdict?.cause ?? explainDriverEnd(log, exitCode);
}
