import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectFolder } from '../../project/project-folder.js';
import { ifUp } from '../../targets/if-up.js';
import type { Target } from '../../targets/target.js';
import { type QueryFigures, readNewestBatches, readTopicEnds, toFigures, topicsOf } from '../list/query-figures.js';
import { resolveRun } from '../record/resolve-run.js';
import { driverLogPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';
import { ProgressReader } from '../state/progress-file.js';
import { readApplication } from '../state/run-files.js';
import { isLive, type RunState, statusOf } from '../state/run-state.js';
import { type DriverAttempt, readSupervision } from '../state/supervision.js';
import { keepSupervised } from '../supervise/keep-supervised.js';
import { type RunSummary, summarizeRecord } from './summarize.js';

const LOOK_EVERY_MS = 1_000;

export interface ShownRun extends RunRecord {
  readonly state: RunState;
  readonly exitCode: number | null;
  readonly note: string | null;
  readonly endedAt: string | null;
  /** Every driver the run has had, with why it ended. */
  readonly attempts: readonly DriverAttempt[];
  readonly queries: readonly QueryFigures[];
  readonly summary: RunSummary;
  /** The page of the driver that runs. */
  readonly ui: string | null;
  readonly log: string;
}

/** Everything that is known about a run. @throws what `resolveRun` throws */
export async function showRun(target: Target, project: ProjectFolder, word: string | undefined): Promise<ShownRun> {
  const record = await resolveRun(project, target.name, word);
  return showRecord(target, project, record, new ProgressReader(target.data, record.run));
}

async function showRecord(
  target: Target,
  project: ProjectFolder,
  record: RunRecord,
  progress: ProgressReader,
): Promise<ShownRun> {
  const { run } = record;
  await keepSupervised(target, project, [record]);
  const supervision = await readSupervision(project, run);
  const status = await statusOf(target, project, run, supervision);
  const summary = await summarizeRecord(target, record, status.state, progress);
  const isAlive = isLive(status.state);
  return {
    ...record,
    ...status,
    endedAt: supervision?.verdict?.at ?? null,
    attempts: supervision?.attempts ?? [],
    queries: await readQueries(target, record, isAlive),
    summary,
    ui: isAlive ? ((await readApplication(target, run))?.ui ?? null) : null,
    log: target.data.describe(driverLogPath(run)),
  };
}

/** Shows the run every second until it has ended. An abort ends the watching, not the run. */
export async function* watchRun(
  target: Target,
  project: ProjectFolder,
  word: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ShownRun> {
  const record = await resolveRun(project, target.name, word);
  const progress = new ProgressReader(target.data, record.run);
  for (;;) {
    const shown = await showRecord(target, project, record, progress);
    yield shown;
    if (!isLive(shown.state) || signal.aborted) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

/** The lag is only asked for while the run is live and reads. */
async function readQueries(target: Target, record: RunRecord, isAlive: boolean): Promise<readonly QueryFigures[]> {
  const batches = await readNewestBatches(target, record);
  if (batches.length === 0) return [];
  const kafka = isAlive ? await ifUp(target.kafka()) : undefined;
  const ends = kafka && (await readTopicEnds(kafka, topicsOf(batches)));
  return toFigures(batches, ends, new Date());
}
