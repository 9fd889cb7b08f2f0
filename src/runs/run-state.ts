import { type BatchProgress, parseProgress } from '../spark/progress.js';
import type { DriverState, SharedFiles, Target } from '../targets/target.js';

export type RunState = 'starting' | 'running' | 'stopping' | 'stopped' | 'succeeded' | 'failed' | 'lost';

export interface RunStatus {
  readonly state: RunState;
  /** The application's own exit code, once it has ended. */
  readonly exitCode: number | null;
}

/** A driver's wrapper writes driver.json in its first moments; a launch that has not after this long has failed. */
const SHOWS_ITSELF_WITHIN_MS = 15_000;

const LIVE: readonly RunState[] = ['starting', 'running', 'stopping'];

export function isLive(state: RunState): boolean {
  return LIVE.includes(state);
}

/** What the script tells of itself once its queries have started. */
export interface Application {
  readonly id: string;
  readonly ui: string | null;
  /** Every query has committed a batch, or has seen that there is nothing to read. */
  readonly settled: boolean;
}

/** Found again from the run's folder alone, whoever started it. */
export async function readRunStatus({ data, drivers }: Target, run: string): Promise<RunStatus> {
  const driver = await drivers.find(run);
  if (driver.state === 'absent' && (await isBeingLaunched(data, run))) return { state: 'starting', exitCode: null };
  const isStopAsked = (await data.read(`runs/${run}/stop`)) !== undefined;
  if (driver.state === 'running') {
    if (isStopAsked) return { state: 'stopping', exitCode: null };
    const hasStarted = (await data.read(`runs/${run}/application.json`)) !== undefined;
    return { state: hasStarted ? 'running' : 'starting', exitCode: null };
  }
  return endOf(driver, isStopAsked);
}

/** Said before the driver is launched: until it shows itself the run is starting, and not lost. */
export async function markLaunch({ data }: Target, run: string): Promise<void> {
  await data.put(`runs/${run}/launch.json`, `${JSON.stringify({ at: new Date().toISOString() })}\n`);
}

async function isBeingLaunched(data: SharedFiles, run: string): Promise<boolean> {
  const text = await data.read(`runs/${run}/launch.json`);
  return (
    text !== undefined && Date.now() - Date.parse((JSON.parse(text) as { at: string }).at) < SHOWS_ITSELF_WITHIN_MS
  );
}

export async function readApplication({ data }: Target, run: string): Promise<Application | undefined> {
  const text = await data.read(`runs/${run}/application.json`);
  return text === undefined ? undefined : (JSON.parse(text) as Application);
}

export async function readProgress({ data }: Target, run: string): Promise<readonly BatchProgress[]> {
  return parseProgress((await data.read(`runs/${run}/progress.ndjson`)) ?? '');
}

function endOf(driver: DriverState, isStopAsked: boolean): RunStatus {
  if (driver.state !== 'ended') return { state: isStopAsked ? 'stopped' : 'lost', exitCode: null };
  if (isStopAsked) return { state: 'stopped', exitCode: driver.exitCode };
  return { state: driver.exitCode === 0 ? 'succeeded' : 'failed', exitCode: driver.exitCode };
}
