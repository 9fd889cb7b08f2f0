import type { ProjectFolder } from '../../project/project-folder.js';
import type { BatchProgress } from '../../spark/progress.js';
import { ifUp } from '../../targets/if-up.js';
import { coresOf, type Told } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';
import { type RunRecord, readRuns } from '../record/run-record.js';
import { isLive, type RunState, statusOf } from '../state/run-state.js';
import { readSupervision } from '../state/supervision.js';
import { keepSupervised } from '../supervise/keep-supervised.js';
import { type QueryFigures, readNewestBatches, readTopicEnds, toFigures, topicsOf } from './query-figures.js';
import { findIdleSide, type IdleSide, readJoinProgress } from './sides.js';

export interface ListedRun {
  readonly run: string;
  readonly job: string;
  readonly state: RunState;
  readonly exitCode: number | null;
  /** What it waits for, or why it ended. */
  readonly note: string | null;
  readonly submittedAt: string;
  readonly endedAt: string | null;
  readonly attempts: number;
  readonly cores: number;
  /** Of the query that stands for the run; null for a run that has ended, and before the first batch. */
  readonly figures: QueryFigures | null;
  /** Of a live run that joins topics: the one that holds the results of the others back. */
  readonly idleSide: IdleSide | null;
}

export interface RunList {
  readonly runs: readonly ListedRun[];
  /** Cores of the cluster; null when its scheduler does not answer. */
  readonly cores: Told<{ readonly used: number; readonly total: number }> | null;
  /** The scheduler's page. */
  readonly ui: string | null;
  /** False when the broker does not answer: lags are missing then. */
  readonly isBrokerThere: boolean;
}

/** All runs of the project on this target with what is true of them now, the newest first. */
export async function listRuns(target: Target, project: ProjectFolder): Promise<RunList> {
  const records = await readRuns(project, target.name);
  await keepSupervised(target, project, records);
  const looks = await Promise.all(records.map((record) => lookAt(target, project, record)));
  const live = looks.filter(({ run }) => isLive(run.state));
  const kafka = await ifUp(target.kafka());
  const [ends, look] = await Promise.all([
    kafka && live.length > 0 ? readTopicEnds(kafka, topicsOf(live.flatMap(({ batches }) => batches))) : undefined,
    target.scheduler.look(),
  ]);
  return {
    runs: looks.map(({ run, batches, idleSide }) => ({
      ...run,
      figures: toFigures(batches, ends, new Date())[0] ?? null,
      idleSide,
    })),
    cores: look ? coresOf(look) : null,
    ui: look?.page ?? null,
    isBrokerThere: live.length === 0 || ends !== undefined,
  };
}

type Listed = Omit<ListedRun, 'figures' | 'idleSide'>;

interface Look {
  readonly run: Listed;
  readonly batches: readonly BatchProgress[];
  readonly idleSide: IdleSide | null;
}

/** What has ended has no figures of now. What cannot be read of one run is told there, and the others are listed. */
async function lookAt(target: Target, project: ProjectFolder, record: RunRecord): Promise<Look> {
  const run = await listRun(target, project, record);
  if (!isLive(run.state) || record.kind === 'batch') return { run, batches: [], idleSide: null };
  try {
    const [batches, joined] = await Promise.all([readNewestBatches(target, record), readJoinProgress(target, record)]);
    return { run, batches, idleSide: findIdleSide(joined, record, run.state, Date.now()) };
  } catch (error) {
    const trouble = `its figures cannot be read: ${error instanceof Error ? error.message : error}`;
    const note = run.note === null ? trouble : `${run.note}, ${trouble}`;
    return { run: { ...run, note }, batches: [], idleSide: null };
  }
}

async function listRun(target: Target, project: ProjectFolder, record: RunRecord): Promise<Listed> {
  const supervision = await readSupervision(project, record.run);
  return {
    run: record.run,
    job: record.job,
    ...(await statusOf(target, project, record.run, supervision)),
    submittedAt: record.submittedAt,
    endedAt: supervision?.verdict?.at ?? null,
    attempts: supervision?.attempts.length ?? 1,
    cores: record.resources.cores,
  };
}
