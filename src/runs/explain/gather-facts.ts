import { orNull } from '../../errors.js';
import type { JobFolders } from '../../jobs/find-jobs.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { findExecutorLosses, isWaitingForExecutors } from '../../spark/driver-log.js';
import { explainFailure } from '../../spark/failure-cause.js';
import { findInitialOffsets, parseLoggedProgress } from '../../spark/logged-progress.js';
import { toShell } from '../../targets/shell.js';
import type { Target } from '../../targets/target.js';
import { readLogEnd } from '../logs/driver-log.js';
import { ProgressReader } from '../progress-file.js';
import { ProgressTally } from '../progress-tally.js';
import type { RunRecord } from '../run-record.js';
import { originalOf, type RunStatus, readRunStatus } from '../run-state.js';
import { readJoined } from '../sides.js';
import { readSaying } from '../submit-again.js';
import { type RunCause, readSupervision, type Supervision } from '../supervise/supervision.js';
import { askCluster } from './ask-cluster.js';
import { readBatchResult } from './batch-result.js';
import { type CheckpointFacts, readCheckpoint, unseenCheckpoint } from './checkpoint.js';
import type { ExplainFacts } from './facts.js';
import { type ProgressFigures, sumUp } from './figures.js';

/** Enough for the newest trouble of an attempt, and for its end. */
const LOG_TAIL_BYTES = 2_000_000;

export interface ExplainSources {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly jobs: JobFolders;
  readonly signal: AbortSignal;
}

/** Asks everything at once; who does not answer leaves a null. */
export async function gatherFacts(sources: ExplainSources, record: RunRecord): Promise<ExplainFacts> {
  const { target, project, jobs } = sources;
  const { data } = target;
  const [kafka, status, supervision, log, tally, ours, joined, batch, saying] = await Promise.all([
    orNull(target.kafka()),
    readRunStatus(target, project, record.run),
    readSupervision(project, record.run),
    readLogEnd(data, record.run, LOG_TAIL_BYTES),
    new ProgressReader(data, record.run).read(),
    readCheckpoint(data, record),
    readJoined(target, record),
    record.kind === 'batch' ? readBatchResult(data, record.run) : null,
    readSaying(jobs, record),
  ]);
  const progress = sumUp(tally.isEmpty ? new ProgressTally().add(parseLoggedProgress(log)) : tally);
  const start = findInitialOffsets(log);
  const checkpoint = ours ?? (start && unseenCheckpoint(start));
  const reads = topicsRead(record, progress, checkpoint);
  return {
    record,
    status,
    nowMs: Date.now(),
    ...saying,
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

/** What its supervisor saw; where nobody was left to see it, what the log tells. */
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
  return supervision?.verdict?.cause ?? explainFailure(log, exitCode);
}
