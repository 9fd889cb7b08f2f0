import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readJson } from '../../project/atomic-file.js';
import type { Environment } from '../../project/config.js';
import { isAlive, type ProcessIdentity, waitForEnd } from '../../project/process-identity.js';
import { cleanEnvironment } from '../clean-environment.js';
import { sendSignal } from '../send-signal.js';
import type { DriverState, Drivers, SubmitClient } from '../target.js';
import { ClusterNotRunningError, ServiceFailedError } from '../target-errors.js';
import { type LocalFolders, type LocalState, readLocalState } from './local-state.js';
import { propertiesFile, sparkEnvironment } from './spark-daemons.js';

const LAUNCHED_WITHIN_MS = 10_000;
const EXIT_WRITTEN_WITHIN_MS = 5_000;

interface DriverFile extends ProcessIdentity {
  /** The wrapper leads the session, so its pid is also the id of the driver's process group. */
  readonly wrapper: number;
}

/** Drivers as processes of this machine, each in a session of its own under run-driver.sh. */
export class LocalDrivers implements Drivers {
  constructor(
    private readonly folders: LocalFolders,
    private readonly env: Environment,
    private readonly project: string,
    /** The user's Maven mirror, for submits with --packages; asked for late, since a broken settings file is an error. */
    private readonly mavenMirrorUrl: () => string | undefined = () => undefined,
  ) {}

  async submitClient(): Promise<SubmitClient> {
    const state = await this.state();
    const { sparkHome, python, connectorJars, versions } = state.artifacts;
    return {
      sparkSubmit: join(sparkHome, 'bin', 'spark-submit'),
      python,
      propertiesFile: propertiesFile(this.folders),
      connectorJars: connectorJars.map(toLocalUri),
      sparkVersion: versions.spark,
      scalaVersion: versions.scala,
      environment: { ...sparkEnvironment(this.folders, state), ...this.mirrorEnvironment() },
    };
  }

  async launch(run: string, command: readonly string[], environment: Environment): Promise<void> {
    const wrapper = join(this.folders.src, 'run-driver.sh');
    const env = { ...cleanEnvironment(this.env), ...environment } as Record<string, string>;
    const options = { cwd: this.folders.src, env, detached: true, stdio: 'ignore' } as const;
    const child = spawn('/bin/sh', [wrapper, this.runFolder(run), ...command], options);
    const failure = new Promise<Error>((resolve) => child.once('error', resolve));
    child.unref();
    const launched = await Promise.race([failure, this.waitForDriverFile(run)]);
    if (launched instanceof Error && child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
    if (launched instanceof Error)
      throw new ServiceFailedError('driver', `could not be started: ${launched.message}`, []);
  }

  async find(run: string): Promise<DriverState> {
    const driver = await readJson<DriverFile>(join(this.runFolder(run), 'driver.json'));
    const isRunning = driver !== undefined && isAlive(driver);
    const exit = await readJson<{ exitCode: number; endedAt: string }>(join(this.runFolder(run), 'exit.json'));
    if (exit) return { state: 'ended', ...exit };
    if (!driver) return { state: 'absent' };
    return isRunning ? { state: 'running', pid: driver.pid } : this.endedOrLost(run, driver);
  }

  async signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    const driver = await readJson<DriverFile>(join(this.runFolder(run), 'driver.json'));
    if (!driver || !isAlive(driver)) return false;
    if (signal === 'SIGTERM') return sendSignal(-driver.wrapper, signal);
    // The driver alone first: its wrapper lives on and writes the exit code. What is left of the group goes after that.
    sendSignal(driver.pid, signal);
    await waitForEnd(driver, EXIT_WRITTEN_WITHIN_MS);
    await this.find(run);
    sendSignal(-driver.wrapper, signal);
    return true;
  }

  /** Between the driver's end and its exit code lies a moment in which only the wrapper runs. */
  private async endedOrLost(run: string, { wrapper }: DriverFile): Promise<DriverState> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const exit = await readJson<{ exitCode: number; endedAt: string }>(join(this.runFolder(run), 'exit.json'));
      if (exit) return { state: 'ended', ...exit };
      if (!existsProcess(wrapper)) break;
      await sleep(50);
    }
    return { state: 'lost' };
  }

  private async waitForDriverFile(run: string): Promise<undefined | Error> {
    const deadline = Date.now() + LAUNCHED_WITHIN_MS;
    while (Date.now() < deadline) {
      if ((await this.find(run)).state !== 'absent') return undefined;
      await sleep(20);
    }
    return new Error('its wrapper wrote no driver.json');
  }

  /** Spark's Ivy takes it in place of its own repositories (MavenUtils of Spark 4.2). */
  private mirrorEnvironment(): Record<string, string> {
    const url = this.mavenMirrorUrl();
    return url === undefined ? {} : { DEFAULT_ARTIFACT_REPOSITORY: url };
  }

  private runFolder(run: string): string {
    return join(this.folders.data, 'runs', run);
  }

  private async state(): Promise<LocalState> {
    const state = await readLocalState(this.folders);
    if (!state?.isUp) throw new ClusterNotRunningError(this.project);
    return state;
  }
}

/** `local:` because every node sees the same path; commas must be hidden, since Spark splits its lists at them. */
function toLocalUri(path: string): string {
  return pathToFileURL(path)
    .href.replace(/^file:\/\//, 'local:')
    .replaceAll(',', '%2C');
}

function existsProcess(pid: number): boolean {
  return sendSignal(pid, 0);
}
