import type { ProjectFolder } from '../../project/project-folder.js';
import { homeOf, isOurs } from '../../project/project-home.js';
import type { DriverState, Target } from '../../targets/target.js';
import { readRunIfThere } from '../record/run-record.js';
import { hasStopMarker, readApplication } from './run-files.js';
import { type EndState, isSupervised, readSupervision, type Supervision } from './supervision.js';

export type RunState = 'queued' | 'starting' | 'running' | 'stopping' | EndState;

export interface RunStatus {
  readonly state: RunState;
  /** The application's own exit code, once the run has ended. */
  readonly exitCode: number | null;
  /** What it waits for, or why it ended, in words. */
  readonly note: string | null;
}

const ENDED: readonly RunState[] = ['stopped', 'succeeded', 'failed', 'lost'];

export function isLive(state: RunState): boolean {
  return !ENDED.includes(state);
}

/**
 * Found again from what supervisor and driver left behind, whoever started them and whichever of them was killed: the
 * supervisor's verdict first, then the processes themselves.
 */
export async function readRunStatus(target: Target, project: ProjectFolder, run: string): Promise<RunStatus> {
  return statusOf(target, project, run, await readSupervision(project, run));
}

/** The same by a supervision that was read already, so that what is shown of both belongs together. */
export async function statusOf(
  target: Target,
  project: ProjectFolder,
  run: string,
  supervision: Supervision | undefined,
): Promise<RunStatus> {
  const verdict = supervision?.verdict;
  if (verdict) return { state: verdict.state, exitCode: verdict.exitCode, note: verdict.cause?.words ?? null };
  const isLookedAfter = isSupervised(project, supervision);
  const note = isLookedAfter ? (supervision?.note ?? null) : null;
  if (isLookedAfter && supervision?.phase === 'queued') return { state: 'queued', exitCode: null, note };
  const driver = await target.drivers.find(run);
  const isStopAsked = await hasStopMarker(target, run);
  if (driver.state !== 'running' && !isLookedAfter)
    return endOf(driver, isStopAsked, () => whyLost(project, supervision));
  if (isStopAsked) return { state: 'stopping', exitCode: null, note };
  const isWorking = driver.state === 'running' && (await hasStarted(target, project, run, supervision));
  return { state: isWorking ? 'running' : 'starting', exitCode: null, note };
}

/** A rendered stream says when its queries have started; of all else Spark's word is enough that it has an application. */
async function hasStarted(
  target: Target,
  project: ProjectFolder,
  run: string,
  supervision: Supervision | undefined,
): Promise<boolean> {
  if ((await readApplication(target, run)) !== undefined) return true;
  const record = await readRunIfThere(project, run);
  const tellsItself = record?.kind === 'streaming' && record.script === null;
  return !tellsItself && (supervision?.attempts.at(-1)?.application ?? null) !== null;
}

/** Nobody looks after the run any more and its driver has ended. */
function endOf(driver: DriverState, isStopAsked: boolean, whyLost: () => string): RunStatus {
  if (driver.state !== 'ended') {
    return { state: isStopAsked ? 'stopped' : 'lost', exitCode: null, note: isStopAsked ? null : whyLost() };
  }
  if (isStopAsked) return { state: 'stopped', exitCode: driver.exitCode, note: null };
  return { state: driver.exitCode === 0 ? 'succeeded' : 'failed', exitCode: driver.exitCode, note: null };
}

function whyLost(project: ProjectFolder, supervision: Supervision | undefined): string {
  const original = originalOf(project, supervision);
  return original === undefined ? 'it was killed' : `it was started for ${original}, of which this folder is a copy`;
}

/** The folder of the project that looks after the run, where it came along with a copy of that: it may well run there. */
export function originalOf({ state }: ProjectFolder, supervision: Supervision | undefined): string | undefined {
  if (!supervision || supervision.verdict || isOurs(state, supervision.supervisor)) return undefined;
  return supervision.supervisor.folder ?? homeOf(state).copyOf;
}
