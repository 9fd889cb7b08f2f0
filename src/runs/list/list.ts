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
  /** What it waits for, or why it ended, in words. */
  readonly note: string | null;
  readonly submittedAt: string;
  readonly endedAt: string | null;
  readonly attempts: number;
  /** 0 for a script with a master of its own. */
  readonly cores: number;
  /** Figures of the run's main query; null before the first batch, and once the run has ended. */
  readonly figures: QueryFigures | null;
  /** For a live run that joins topics: the topic that holds back the results of the others. */
  readonly idleSide: IdleSide | null;
}

export interface RunList {
  readonly runs: readonly ListedRun[];
  /** Cores of the cluster; null when its scheduler does not answer. */
  readonly cores: Told<{ readonly used: number; readonly total: number }> | null;
  /** The scheduler's page. */
  readonly ui: string | null;
  /** False if the broker does not answer: then lags are missing. */
  readonly isBrokerThere: boolean;
}

/** All runs of the project on this target as they are now, the newest first. */
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

/** A run that has ended has no current figures. If those of one run cannot be read, its note says so; the others are listed. */
async function lookAt(target: Target, project: ProjectFolder, record: RunRecord): Promise<Look> {
  const run = await listRun(target, project, record);
  if (!isLive(run.state) || record.kind === 'batch') return { run, batches: [], idleSide: null };
  try {
    const [batches, joined] = await Promise.all([readNewestBatches(target, record), readJoinProgress(target, record)]);
    return { run, batches, idleSide: findIdleSide(joined, record, run.state, Date.now()) };
  } catch (error) {
    const problem = `its figures cannot be read: ${error instanceof Error ? error.message : error}`;
    const note = run.note === null ? problem : `${run.note}, ${problem}`;
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
    cores: supervision?.attempts.at(-1)?.ownMaster === undefined ? record.resources.cores : 0,
  };
}
