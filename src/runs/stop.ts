import { setTimeout as sleep } from 'node:timers/promises';
import { waitForEnd as waitUntilGone } from '../project/process-identity.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Target } from '../targets/target.js';
import { resolveRun } from './resolve-run.js';
import { type RunRecord, readRuns } from './run-record.js';
import { isLive, type RunState, readApplication, readRunStatus } from './run-state.js';
import { isSupervised, readSupervision } from './supervision.js';

const FINISH_BATCH_WITHIN_MS = 90_000;
const TERMINATE_WITHIN_MS = 15_000;
const KILL_WITHIN_MS = 10_000;
const GONE_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

export interface StopReport {
  readonly run: string;
  readonly state: RunState;
  /**
   * What it took: the stop marker lets the running micro-batch finish; `supervisor` where there was no driver to end; null when
   * the run had ended before.
   */
  readonly by: 'marker' | 'supervisor' | 'SIGTERM' | 'SIGKILL' | null;
}

/**
 * Stops one run and returns when it has ended.
 * @throws what `resolveRun` throws for a word that means no run
 */
export async function stopRun(target: Target, project: ProjectFolder, word: string): Promise<StopReport> {
  const record = await resolveRun(project, target.name, word);
  const { run } = record;
  const report = async (by: StopReport['by']) => ({
    run,
    state: (await readRunStatus(target, project, run)).state,
    by,
  });
  const hasEnded = (withinMs: number) => waitForEnd(target, project, run, withinMs);
  if (!isLive((await readRunStatus(target, project, run)).state)) return report(null);
  await target.data.put(`runs/${run}/stop`, '');
  const hasDriver = (await target.drivers.find(run)).state === 'running';
  const patienceMs = hasDriver ? await markerPatienceMs(target, record) : TERMINATE_WITHIN_MS;
  if (patienceMs > 0 && (await hasEnded(patienceMs))) return report(hasDriver ? 'marker' : 'supervisor');
  await target.drivers.signal(run, 'SIGTERM');
  if (await hasEnded(TERMINATE_WITHIN_MS)) return report('SIGTERM');
  await target.drivers.signal(run, 'SIGKILL');
  if (!(await hasEnded(KILL_WITHIN_MS))) await killSupervisor(project, run);
  return report('SIGKILL');
}

/** Stops every live run at once and names them. */
export async function stopAllRuns(target: Target, project: ProjectFolder): Promise<StopReport[]> {
  const live = await liveRuns(target, project);
  return Promise.all(live.map(({ run }) => stopRun(target, project, run)));
}

/** Where no driver can be alive, a run lives as long as somebody means to start it again. */
export async function liveRuns(target: Target, project: ProjectFolder): Promise<RunRecord[]> {
  const runs = await readRuns(project, target.name);
  const canBeAlive = await target.drivers.canBeAlive();
  const areLive = await Promise.all(
    runs.map(async ({ run }) => {
      if (!canBeAlive) return isSupervised(await readSupervision(project, run));
      return isLive((await readRunStatus(target, project, run)).state);
    }),
  );
  return runs.filter((_, index) => areLive[index]);
}

/** How long the marker alone is given: only a stream whose queries have started has a micro-batch to finish and looks for it. */
async function markerPatienceMs(target: Target, { run, kind }: RunRecord): Promise<number> {
  const hasQueries = kind === 'streaming' && (await readApplication(target, run)) !== undefined;
  return hasQueries ? FINISH_BATCH_WITHIN_MS : 0;
}

async function waitForEnd(target: Target, project: ProjectFolder, run: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isLive((await readRunStatus(target, project, run)).state)) {
    if (Date.now() > deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

/** One that hangs (stopped by SIGSTOP, say) would keep its run alive on paper; whoever stops runs does not hang. */
async function killSupervisor(project: ProjectFolder, run: string): Promise<void> {
  const supervision = await readSupervision(project, run);
  if (!supervision || !isSupervised(supervision) || supervision.supervisor.pid === process.pid) return;
  process.kill(supervision.supervisor.pid, 'SIGKILL');
  await waitUntilGone(supervision.supervisor, GONE_WITHIN_MS); // until then the run passes for one that is looked after
}
