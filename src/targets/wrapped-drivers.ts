import { parseJson } from '../project/atomic-file.js';
import { waitUntil } from '../project/look-until.js';
import type { Belonging, ProjectProcess } from '../project/project-home.js';
import type { DriverState, SharedFiles } from './target.js';

const EXIT_WRITTEN_WITHIN_MS = 5_000;
const SHOWN_WITHIN_MS = 20_000;
export const NOT_SHOWN = 'its wrapper wrote no driver.json';

/** How processes are looked at and signalled at the place where drivers run. */
export interface DriverProcesses {
  /** As run-driver.sh writes it; undefined for what does not run. */
  startTime(pid: number): Promise<string | undefined>;
  /** A negative pid means its group; false when there is none (any more) that is ours. */
  send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
  /** Whose a driver is; absent where the files of others' drivers are never seen. */
  belongingOf?(driver: ProjectProcess): Belonging;
}

interface DriverFile extends ProjectProcess {
  /** The wrapper leads the session, so its pid is also the id of the driver's process group. */
  readonly wrapper: number;
}

interface ExitFile {
  /** The driver's that ended; earlier versions did not say. */
  readonly pid?: number;
  readonly exitCode: number;
  readonly endedAt: string;
}

/** Finds and signals drivers by what run-driver.sh left in their run folders, wherever they run. */
export class WrappedDrivers {
  constructor(
    private readonly data: SharedFiles,
    private readonly processes: DriverProcesses,
    private readonly exitWithinMs = EXIT_WRITTEN_WITHIN_MS,
  ) {}

  async find(run: string): Promise<DriverState> {
    const driver = await this.readDriver(run);
    const belonging = driver && this.belongingOf(driver);
    if (driver && belonging !== 'foreign' && (await this.isRunning(driver)))
      return { state: 'running', pid: driver.pid, ...(belonging === 'moved' ? { isMoved: true } : {}) };
    const ended = await this.readEnd(run, driver);
    if (ended) return ended;
    if (!driver) return { state: 'absent' };
    // The original's may run for hours yet, and its exit code does not come here.
    return belonging === 'foreign' ? { state: 'lost' } : this.endedOrLost(run, driver);
  }

  async signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    const driver = await this.readDriver(run);
    if (!driver || !(await this.isAlive(driver))) return false;
    if (signal === 'SIGTERM') return this.processes.send(-driver.wrapper, signal);
    // The driver alone first: its wrapper lives on and writes the exit code. What is left of the group goes after that.
    await this.processes.send(driver.pid, signal);
    await this.waitForEnd(driver);
    await this.find(run);
    await this.processes.send(-driver.wrapper, signal);
    return true;
  }

  /** Waits until a launched driver has left its first file; false when it has not in time. */
  waitUntilShown(run: string): Promise<boolean> {
    const isShown = async () => (await this.find(run)).state !== 'absent';
    return waitUntil(isShown, { everyMs: 20, withinMs: SHOWN_WITHIN_MS });
  }

  /** Between the driver's end and its exit code only the wrapper runs, for a moment, or for seconds on a slow machine. */
  private async endedOrLost(run: string, driver: DriverFile): Promise<DriverState> {
    const { wrapper } = driver;
    const isWritten = async () =>
      (await this.readEnd(run, driver)) !== undefined || (await this.processes.startTime(wrapper)) === undefined;
    await waitUntil(isWritten, { everyMs: 50, withinMs: this.exitWithinMs });
    return (await this.readEnd(run, driver)) ?? { state: 'lost' };
  }

  private async waitForEnd(driver: DriverFile): Promise<void> {
    await waitUntil(async () => !(await this.isAlive(driver)), { everyMs: 50, withinMs: EXIT_WRITTEN_WITHIN_MS });
  }

  private async isAlive(driver: ProjectProcess): Promise<boolean> {
    return (await this.isRunning(driver)) && this.belongingOf(driver) !== 'foreign';
  }

  private async isRunning({ pid, startTime }: ProjectProcess): Promise<boolean> {
    return (await this.processes.startTime(pid)) === startTime;
  }

  private belongingOf(driver: ProjectProcess): Belonging {
    return this.processes.belongingOf?.(driver) ?? 'here';
  }

  private readDriver(run: string): Promise<DriverFile | undefined> {
    return this.readJson(run, 'driver.json');
  }

  /** Of this driver: a run of the same id may have been here before, in a project that was moved away. */
  private async readEnd(run: string, driver: DriverFile | undefined): Promise<DriverState | undefined> {
    const exit = await this.readJson<ExitFile>(run, 'exit.json');
    if (!exit || (driver && exit.pid !== undefined && exit.pid !== driver.pid)) return undefined;
    return { state: 'ended', exitCode: exit.exitCode, endedAt: exit.endedAt };
  }

  private async readJson<T>(run: string, file: string): Promise<T | undefined> {
    return parseJson<T>((await this.data.read(`runs/${run}/${file}`)) ?? '');
  }
}
