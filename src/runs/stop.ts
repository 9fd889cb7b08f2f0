import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Target } from '../targets/target.js';
import { resolveRun } from './resolve-run.js';
import { type RunRecord, readRuns } from './run-record.js';
import { isLive, type RunState, readApplication, readRunStatus } from './run-state.js';

const FINISH_BATCH_WITHIN_MS = 90_000;
const TERMINATE_WITHIN_MS = 15_000;
const KILL_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;

export interface StopReport {
  readonly run: string;
  readonly state: RunState;
  /** What it took: the stop marker lets the running micro-batch finish; null when the run had ended before. */
  readonly by: 'marker' | 'SIGTERM' | 'SIGKILL' | null;
}

/**
 * Stops one run and returns when it has ended.
 * @throws what `resolveRun` throws for a word that means no run
 */
export async function stopRun(target: Target, project: ProjectFolder, word: string): Promise<StopReport> {
  const record = await resolveRun(project, target.name, word);
  const { run } = record;
  if (!isLive((await readRunStatus(target, run)).state)) return report(target, run, null);
  await target.data.put(`runs/${run}/stop`, '');
  if ((await canFinishBatch(target, record)) && (await hasEnded(target, run, FINISH_BATCH_WITHIN_MS))) {
    return report(target, run, 'marker');
  }
  await target.drivers.signal(run, 'SIGTERM');
  if (await hasEnded(target, run, TERMINATE_WITHIN_MS)) return report(target, run, 'SIGTERM');
  await target.drivers.signal(run, 'SIGKILL');
  await hasEnded(target, run, KILL_WITHIN_MS);
  return report(target, run, 'SIGKILL');
}

/** Stops every live run at once and names them. */
export async function stopAllRuns(target: Target, project: ProjectFolder): Promise<StopReport[]> {
  if (!(await target.drivers.canBeAlive())) return [];
  const live = await liveRuns(target, project);
  return Promise.all(live.map(({ run }) => stopRun(target, project, run)));
}

export async function liveRuns(target: Target, project: ProjectFolder): Promise<RunRecord[]> {
  const runs = await readRuns(project, target.name);
  const states = await Promise.all(runs.map(({ run }) => readRunStatus(target, run)));
  return runs.filter((_, index) => isLive(states[index]?.state ?? 'lost'));
}

/** Only a stream whose queries have started has a micro-batch to finish, and looks for the marker. */
async function canFinishBatch(target: Target, { run, kind }: RunRecord): Promise<boolean> {
  return kind === 'streaming' && (await readApplication(target, run)) !== undefined;
}

async function hasEnded(target: Target, run: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isLive((await readRunStatus(target, run)).state)) {
    if (Date.now() > deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

async function report(target: Target, run: string, by: StopReport['by']): Promise<StopReport> {
  return { run, state: (await readRunStatus(target, run)).state, by };
}
