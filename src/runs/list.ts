import type { ProjectFolder } from '../project/project-folder.js';
import type { Target } from '../targets/target.js';
import { readRuns } from './run-record.js';
import { type RunState, readRunStatus } from './run-state.js';

export interface ListedRun {
  readonly run: string;
  readonly job: string;
  readonly state: RunState;
  readonly exitCode: number | null;
  readonly submittedAt: string;
}

/** All runs of the project with the state that is true now, the newest first. */
export async function listRuns(
  target: Target,
  project: ProjectFolder,
): Promise<{ readonly runs: readonly ListedRun[] }> {
  const records = await readRuns(project, target.name);
  const runs = records.map(async ({ run, job, submittedAt }) => {
    const { state, exitCode } = await readRunStatus(target, run);
    return { run, job, state, exitCode, submittedAt };
  });
  return { runs: await Promise.all(runs) };
}
