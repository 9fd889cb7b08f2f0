import { rm } from 'node:fs/promises';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { modulesFolder, runFolder, scriptPath } from '../record/run-paths.js';
import { type RunRecord, readRuns, runFile } from '../record/run-record.js';
import { isLive, readRunStatus } from '../state/run-state.js';

export interface PruneOptions {
  /** How many runs of each name stay, the newest ones. */
  readonly keep: number;
  /** Only runs that were submitted before this. */
  readonly before?: Date | undefined;
}

export interface PruneReport {
  readonly deleted: readonly string[];
  readonly kept: number;
}

/** The ended runs that may be deleted, the newest first. Checkpoints and outputs belong to names, and stay. */
export async function findPrunable(
  target: Target,
  project: ProjectFolder,
  { keep, before }: PruneOptions,
): Promise<readonly string[]> {
  const seen = new Map<string, number>();
  const old = (await readRuns(project, target.name)).filter(({ name, submittedAt }) => {
    const newer = seen.get(name) ?? 0;
    seen.set(name, newer + 1);
    return newer >= keep && (before === undefined || submittedAt < before.toISOString());
  });
  const ended = await Promise.all(old.map(async (run) => ((await hasEnded(target, project, run)) ? [run.run] : [])));
  return ended.flat();
}

/** Deletes both halves of runs, and their scripts. A run that was restarted since the user confirmed stays. */
export async function prune(target: Target, project: ProjectFolder, runs: readonly string[]): Promise<PruneReport> {
  const before = await readRuns(project, target.name);
  const deleted: string[] = [];
  for (const record of before.filter(({ run }) => runs.includes(run))) {
    if (!(await hasEnded(target, project, record))) continue;
    await deleteRun(target, project, record.run);
    deleted.push(record.run);
  }
  return { deleted, kept: before.length - deleted.length };
}

/** This machine's half is deleted last: until then the run is known, and an interrupted prune can be repeated. */
async function deleteRun({ src, data }: Target, project: ProjectFolder, run: string): Promise<void> {
  await src.remove(scriptPath(run));
  await src.remove(modulesFolder(run));
  await data.remove(runFolder(run));
  await rm(runFile(project, run, ''), { recursive: true, force: true });
}

async function hasEnded(target: Target, project: ProjectFolder, { run }: RunRecord): Promise<boolean> {
  return !isLive((await readRunStatus(target, project, run)).state);
}
