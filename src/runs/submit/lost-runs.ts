import { InterruptedError, MillraceError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { type RunRecord, readRuns } from '../record/run-record.js';
import { ENDED_WITH_MACHINE, originalOf, readRunStatus } from '../state/run-state.js';
import { readSupervision, updateSupervision } from '../state/supervision.js';
import { restartRun } from './restart.js';
import type { RunContext } from './run-context.js';

/** Runs that are `lost` and the newest of their name: an older one has been followed by another. */
export interface LostRuns {
  /** They can go on from their checkpoints. */
  readonly streams: readonly string[];
  /** They have none, and would have to be submitted again. */
  readonly batches: readonly string[];
}

/** A stream that was not taken up, and why. */
export interface RefusedRun {
  readonly run: string;
  readonly code: string;
  readonly reason: string;
  readonly hint: string;
}

export interface TakenUp {
  readonly restarted: readonly string[];
  readonly refused: readonly RefusedRun[];
}

/** All lost runs of this project on this target. Those of the original of a copied project are not among them. */
export function findLostRuns(target: Target, project: ProjectFolder): Promise<LostRuns> {
  return find(target, project, () => true);
}

/** Those that nobody has settled since the machine was restarted. */
export function findRunsLostWithMachine(target: Target, project: ProjectFolder): Promise<LostRuns> {
  return find(target, project, (note, isSettled) => note === ENDED_WITH_MACHINE && !isSettled);
}

async function find(
  target: Target,
  project: ProjectFolder,
  isWanted: (note: string | null, isSettled: boolean) => boolean,
): Promise<LostRuns> {
  const lost: RunRecord[] = [];
  for (const record of await newestOfEachName(target, project)) {
    const { state, note } = await readRunStatus(target, project, record.run);
    const supervision = await readSupervision(project, record.run);
    const isSettled = (supervision?.verdict ?? null) !== null;
    const isCopied = originalOf(project, supervision) !== undefined;
    if (state === 'lost' && !isCopied && isWanted(note, isSettled)) lost.push(record);
  }
  const ofKind = (kind: RunRecord['kind']) => lost.filter((record) => record.kind === kind).map(({ run }) => run);
  return { streams: ofKind('streaming'), batches: ofKind('batch') };
}

async function newestOfEachName(target: Target, project: ProjectFolder): Promise<RunRecord[]> {
  const records = await readRuns(project, target.name);
  return records.filter(({ name }, index) => records.findIndex((record) => record.name === name) === index);
}

/** Starts each stream again as `restartRun` does. One that is refused does not keep the others from it. */
export async function takeUp(context: RunContext, streams: readonly string[]): Promise<TakenUp> {
  const restarted: string[] = [];
  const refused: RefusedRun[] = [];
  for (const run of streams) {
    try {
      await restartRun(context, run);
      restarted.push(run);
    } catch (error) {
      if (!(error instanceof MillraceError) || error instanceof InterruptedError) throw error;
      refused.push({ run, code: error.code, reason: error.message, hint: error.hint });
    }
  }
  return { restarted, refused };
}

/** Writes down that these runs are lost and nobody wanted them back, so that the next `cluster up` does not name them again. */
export async function leaveLost(project: ProjectFolder, runs: readonly string[]): Promise<void> {
  const cause = { code: 'lost', words: ENDED_WITH_MACHINE, isTransient: true, cure: null } as const;
  const verdict = { state: 'lost', exitCode: null, cause, at: new Date().toISOString() } as const;
  for (const run of runs) {
    const supervision = await readSupervision(project, run);
    if (supervision && supervision.verdict === null) await updateSupervision(project, run, { ...supervision, verdict });
  }
}
