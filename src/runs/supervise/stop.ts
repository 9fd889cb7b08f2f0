import { waitUntil } from '../../project/look-until.js';
import { waitForEnd } from '../../project/process-identity.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { resolveRun } from '../record/resolve-run.js';
import { RUNS_FOLDER } from '../record/run-paths.js';
import { type RunRecord, readAllRuns } from '../record/run-record.js';
import { liveRuns } from '../state/live-runs.js';
import { putStopMarker, readApplication } from '../state/run-files.js';
import { isLive, type RunState, readRunStatus } from '../state/run-state.js';
import { isSupervised, readSupervision } from '../state/supervision.js';

const PATIENCE = { finishBatchMs: 90_000, terminateMs: 15_000, killMs: 10_000 };
const LOOK_EVERY_MS = 100;

export interface StopReport {
  readonly run: string;
  readonly state: RunState;
  /**
   * What ended it. The stop marker lets the running micro-batch finish; `supervisor` if there was no driver to end; null if the
   * run had ended before.
   */
  readonly by: 'marker' | 'supervisor' | 'SIGTERM' | 'SIGKILL' | null;
}

/**
 * Stops one run and returns when it has ended.
 * @throws what `resolveRun` throws
 */
export async function stopRun(
  target: Target,
  project: ProjectFolder,
  word: string,
  patience = PATIENCE,
): Promise<StopReport> {
  return stopRecord(target, project, await resolveRun(project, target.name, word), patience);
}

async function stopRecord(
  target: Target,
  project: ProjectFolder,
  record: RunRecord,
  patience = PATIENCE,
): Promise<StopReport> {
  const { run } = record;
  const report = async (by: StopReport['by']) => ({
    run,
    state: (await readRunStatus(target, project, run)).state,
    by,
  });
  const hasEnded = async () => !isLive((await readRunStatus(target, project, run)).state);
  const endsWithin = (withinMs: number) => waitUntil(hasEnded, { everyMs: LOOK_EVERY_MS, withinMs });
  if (await hasEnded()) return report(null);
  // Looked for before the marker is there: after that a driver may be gone at once.
  const driver = await target.drivers.find(run);
  const hasDriver = driver.state === 'running';
  await putStopMarker(target, run);
  const patienceMs = hasDriver ? await markerPatienceMs(target, record, driver, patience) : patience.terminateMs;
  if (patienceMs > 0 && (await endsWithin(patienceMs))) return report(hasDriver ? 'marker' : 'supervisor');
  await target.drivers.signal(run, 'SIGTERM');
  if (await endsWithin(patience.terminateMs)) return report('SIGTERM');
  await target.drivers.signal(run, 'SIGKILL');
  if (!(await endsWithin(patience.killMs))) await killSupervisor(project, run);
  return report('SIGKILL');
}

/** Stops every live run at once and names them. */
export async function stopAllRuns(target: Target, project: ProjectFolder): Promise<StopReport[]> {
  const live = await liveRuns(target, project);
  const stopped = await Promise.all(live.map((record) => stopRecord(target, project, record)));
  return [...stopped, ...(await stopForgotten(target, project))];
}

/** Ends drivers of runs whose record is gone: no command finds them any more, and they must end with their cluster. */
async function stopForgotten({ data, drivers }: Target, project: ProjectFolder): Promise<StopReport[]> {
  if (!(await drivers.canBeAlive())) return [];
  const known = new Set((await readAllRuns(project)).map(({ run }) => run));
  const forgotten = (await data.list(RUNS_FOLDER)).filter((run) => !known.has(run));
  const reports = forgotten.map(async (run): Promise<StopReport[]> => {
    if ((await drivers.find(run)).state !== 'running') return [];
    await putStopMarker({ data }, run);
    await drivers.signal(run, 'SIGKILL');
    return [{ run, state: 'stopped', by: 'SIGKILL' }];
  });
  return (await Promise.all(reports)).flat();
}

/**
 * How long to wait for a driver to end because of the marker. Only a stream whose queries have started looks for it and has a
 * micro-batch to finish. A driver whose project was moved never sees it: it looks in the old folder.
 */
async function markerPatienceMs(
  target: Target,
  { run, kind }: RunRecord,
  { isMoved }: { readonly isMoved?: boolean },
  { finishBatchMs }: typeof PATIENCE,
): Promise<number> {
  if (isMoved) return 0;
  const hasQueries = kind === 'streaming' && (await readApplication(target, run)) !== undefined;
  return hasQueries ? finishBatchMs : 0;
}

/** If a supervisor hangs, for example after a SIGSTOP, its run would count as live for ever. */
async function killSupervisor(project: ProjectFolder, run: string): Promise<void> {
  const supervision = await readSupervision(project, run);
  if (!supervision || !isSupervised(project, supervision) || supervision.supervisor.pid === process.pid) return;
  process.kill(supervision.supervisor.pid, 'SIGKILL');
  await waitForEnd(supervision.supervisor, PATIENCE.killMs);
}
