import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../../project/config.js';
import { identifyProcess } from '../../project/process-identity.js';
import { belongingOf, homeOf } from '../../project/project-home.js';
import { archivedClassPath } from '../../provision/artifacts.js';
import { cleanCommand, cleanEnvironment } from '../clean-environment.js';
import { ivyMirror } from '../ivy-mirror.js';
import { sendSignal } from '../send-signal.js';
import { quote, toShell } from '../shell.js';
import type { ByHand, DriverState, Drivers, SubmitClient } from '../target.js';
import { targetErrors } from '../target-errors.js';
import { type DriverProcesses, NOT_RECORDED, WrappedDrivers } from '../wrapped-drivers.js';
import { prepareByHand } from './by-hand.js';
import { LocalFiles } from './local-files.js';
import { type LocalFolders, type LocalState, requireLocalState } from './local-state.js';
import { propertiesFile, sparkEnvironment } from './spark-daemons.js';

function processesOf({ state }: LocalFolders): DriverProcesses {
  return {
    startTime: async (pid) => identifyProcess(pid)?.startTime,
    send: async (pid, signal) => sendSignal(pid, signal),
    belongingOf: (driver) => belongingOf(state, driver),
  };
}

/** Drivers as processes of this machine, each under run-driver.sh, which leads a session of its own. */
export class LocalDrivers implements Drivers {
  private readonly wrapped: WrappedDrivers;

  constructor(
    private readonly folders: LocalFolders,
    private readonly env: Environment,
    private readonly project: string,
    /** The user's Maven mirror, for submits with --packages. Read late: a broken settings file is an error, and few commands need it. */
    private readonly mavenMirrorUrl: () => string | undefined = () => undefined,
  ) {
    this.wrapped = new WrappedDrivers(new LocalFiles(folders.data), processesOf(folders));
  }

  async canBeAlive(): Promise<boolean> {
    return true;
  }

  async submitClient(): Promise<SubmitClient> {
    const state = await this.state();
    const { sparkHome, python, connectorJars, localFilesJar, classArchive, versions } = state.artifacts;
    return {
      sparkSubmit: join(sparkHome, 'bin', 'spark-submit'),
      python,
      propertiesFile: propertiesFile(this.folders),
      connectorJars: connectorJars.map(toLocalUri),
      ...(classArchive === undefined
        ? {}
        : { classArchive: { path: classArchive, classPath: archivedClassPath(connectorJars, localFilesJar) } }),
      ...(localFilesJar === undefined ? {} : { localFilesJar }),
      sparkVersion: versions.spark,
      scalaVersion: versions.scala,
      environment: { ...sparkEnvironment(state), ...ivyMirror(this.mavenMirrorUrl()) },
    };
  }

  async commandLine(command: readonly string[], environment: Environment): Promise<string> {
    const line = toShell([...cleanCommand(this.env, environment), ...command]);
    return `cd ${quote(this.folders.src)} && ${line}`;
  }

  async byHand(): Promise<ByHand> {
    const { folders, env } = this;
    return prepareByHand({ folders, state: await this.state(), client: await this.submitClient(), env });
  }

  async launch(run: string, command: readonly string[], environment: Environment): Promise<void> {
    const wrapper = join(this.folders.src, 'run-driver.sh');
    const { folder } = homeOf(this.folders.state);
    const facts = { MILLRACE_DRIVER_FACTS: JSON.stringify({ folder }).slice(1, -1) };
    const env = { ...cleanEnvironment(this.env), ...environment, ...facts } as Record<string, string>;
    const options = { cwd: this.folders.src, env, detached: true, stdio: 'ignore' } as const;
    const runFolder = join(this.folders.data, 'runs', run);
    const child = spawn('/bin/sh', [wrapper, runFolder, ...command], options);
    const failure = new Promise<string>((resolve) => child.once('error', ({ message }) => resolve(message)));
    child.unref();
    const recorded = this.wrapped.waitUntilRecorded(run).then((isRecorded) => (isRecorded ? undefined : NOT_RECORDED));
    const reason = await Promise.race([failure, recorded]);
    if (reason === undefined) return;
    if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
    const hint = `See \`millrace runs logs ${run}\`.`;
    throw targetErrors.SERVICE_FAILED({ service: 'driver', reason: `could not be started: ${reason}`, hint });
  }

  find(run: string): Promise<DriverState> {
    return this.wrapped.find(run);
  }

  signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    return this.wrapped.signal(run, signal);
  }

  private state(): Promise<LocalState> {
    return requireLocalState(this.folders, this.project);
  }
}

/** `local:`, because every node has the file at the same path; commas are encoded, since Spark splits its lists at them. */
function toLocalUri(path: string): string {
  return pathToFileURL(path)
    .href.replace(/^file:\/\//, 'local:')
    .replaceAll(',', '%2C');
}
