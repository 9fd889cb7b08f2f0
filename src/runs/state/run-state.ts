import { isOfThisBoot } from '../../project/process-identity.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { homeOf, isOurs } from '../../project/project-home.js';
import type { DriverState, Target } from '../../targets/target.js';
import { isEndless, readRunIfThere } from '../record/run-record.js';
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

/** The note and the cause of a run that was lost in this way. */
export const ENDED_WITH_MACHINE = 'the machine was restarted while it ran';

/** The exit codes of a driver that SIGINT or SIGTERM ended. */
const SIGNALLED: readonly number[] = [130, 143];

export function isLive(state: RunState): boolean {
  return !ENDED.includes(state);
}

/**
 * Read from what supervisor and driver left behind, even if another process started them or one of them was killed. The
 * supervisor's verdict counts first, then the processes that are alive.
 */
export async function readRunStatus(target: Target, project: ProjectFolder, run: string): Promise<RunStatus> {
  return statusOf(target, project, run, await readSupervision(project, run));
}

/** The same for a supervision that the caller has read, so that the caller can show both as of one moment. */
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
  if (driver.state !== 'running' && !isLookedAfter) {
    const endedWithMachine = !isStopAsked && (await hasEndedWithMachine(project, run, supervision, driver));
    if (endedWithMachine) return { state: 'lost', exitCode: exitCodeOf(driver), note: ENDED_WITH_MACHINE };
    return endOf(driver, isStopAsked, () => whyLost(project, supervision));
  }
  if (isStopAsked) return { state: 'stopping', exitCode: null, note };
  const isWorking = driver.state === 'running' && (await hasStarted(target, project, run, supervision));
  return { state: isWorking ? 'running' : 'starting', exitCode: null, note };
}

/**
 * Whether the run had no end of its own before the machine was restarted. A machine that goes down lets drivers end, so an exit code
 * may be there: that of a stream says nothing, since its supervisor would have started it again.
 */
async function hasEndedWithMachine(
  project: ProjectFolder,
  run: string,
  supervision: Supervision | undefined,
  driver: DriverState,
): Promise<boolean> {
  if (!supervision || isOfThisBoot(supervision.supervisor) || !isOurs(project.state, supervision.supervisor))
    return false;
  const record = await readRunIfThere(project, run);
  const exitCode = exitCodeOf(driver);
  if (exitCode === 0) return record !== undefined && isEndless(record);
  return record?.kind === 'streaming' || exitCode === null || SIGNALLED.includes(exitCode);
}

function exitCodeOf(driver: DriverState): number | null {
  return driver.state === 'ended' ? driver.exitCode : null;
}

/** A rendered stream says when its queries have started. Any other script has started once Spark has its application. */
async function hasStarted(
  target: Target,
  project: ProjectFolder,
  run: string,
  supervision: Supervision | undefined,
): Promise<boolean> {
  if ((await readApplication(target, run)) !== undefined) return true;
  const record = await readRunIfThere(project, run);
  const saysWhenStarted = record?.kind === 'streaming' && record.script === null;
  const attempt = supervision?.attempts.at(-1);
  return !saysWhenStarted && (attempt?.application ?? attempt?.ownMaster ?? null) !== null;
}

/** The status of a run that has no supervisor and no running driver. */
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

/** If this project is a copy, the folder of the original, which looks after the run: there it may still be running. */
export function originalOf({ state }: ProjectFolder, supervision: Supervision | undefined): string | undefined {
  if (!supervision || supervision.verdict || isOurs(state, supervision.supervisor)) return undefined;
  return supervision.supervisor.folder ?? homeOf(state).copyOf;
}
