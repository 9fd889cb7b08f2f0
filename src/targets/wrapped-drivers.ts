import { parseJson } from '../project/atomic-file.js';
import { waitUntil } from '../project/look-until.js';
import type { Belonging, ProjectProcess } from '../project/project-home.js';
import type { DriverState, SharedFiles } from './target.js';

const EXIT_WRITTEN_WITHIN_MS = 5_000;
const RECORDED_WITHIN_MS = 20_000;
export const NOT_RECORDED = 'its wrapper wrote no driver.json';

/** Looks at and signals processes in the place where drivers run. */
export interface DriverProcesses {
  /** The start time as run-driver.sh writes it; undefined where no such process runs. */
  startTime(pid: number): Promise<string | undefined>;
  /** A negative pid means a process group; false when it does not exist or belongs to another user. */
  send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
  /** Whether a driver is this project's; absent where `data` never holds records of other projects' drivers. */
  belongingOf?(driver: ProjectProcess): Belonging;
}

interface DriverFile extends ProjectProcess {
  /** The wrapper leads the session, so its pid is also the id of the driver's process group. */
  readonly wrapper: number;
}

interface ExitFile {
  /** The driver that has ended; absent in files of earlier versions. */
  readonly pid?: number;
  readonly exitCode: number;
  readonly endedAt: string;
}

/** Finds and signals drivers by the files that run-driver.sh writes into their run folders; the same on every target. */
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
    // A driver of the original project may run for hours, and its exit code will not be written into this copy.
    return belonging === 'foreign' ? { state: 'lost' } : this.endedOrLost(run, driver);
  }

  async signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    const driver = await this.readDriver(run);
    if (!driver || !(await this.isAlive(driver))) return false;
    if (signal === 'SIGTERM') return this.processes.send(-driver.wrapper, signal);
    // First only the driver, so that its wrapper can write the exit code; after that the rest of the group.
    await this.processes.send(driver.pid, signal);
    await this.waitForEnd(driver);
    await this.find(run);
    await this.processes.send(-driver.wrapper, signal);
    return true;
  }

  /** Waits until a launched driver has written its first file; false when it has not in time. */
  waitUntilRecorded(run: string): Promise<boolean> {
    const isRecorded = async () => (await this.find(run)).state !== 'absent';
    return waitUntil(isRecorded, { everyMs: 20, withinMs: RECORDED_WITHIN_MS });
  }

  /** The wrapper writes the exit code a moment after the driver's end, or seconds after it on a slow machine. */
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

  /** The end of this driver only: a run of the same id may have ended here before, in a project that was moved since. */
  private async readEnd(run: string, driver: DriverFile | undefined): Promise<DriverState | undefined> {
    const exit = await this.readJson<ExitFile>(run, 'exit.json');
    if (!exit || (driver && exit.pid !== undefined && exit.pid !== driver.pid)) return undefined;
    return { state: 'ended', exitCode: exit.exitCode, endedAt: exit.endedAt };
  }

  private async readJson<T>(run: string, file: string): Promise<T | undefined> {
    return parseJson<T>((await this.data.read(`runs/${run}/${file}`)) ?? '');
  }
}
