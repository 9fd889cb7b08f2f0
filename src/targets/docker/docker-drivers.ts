import { readFile } from 'node:fs/promises';
import type { Environment } from '../../project/config.js';
import { LOCAL_FILES_JAR } from '../../provision/local-files-jar.js';
import { ivyMirror } from '../ivy-mirror.js';
import { toAssignments, toShell } from '../shell.js';
import type { ByHand, DriverState, Drivers, SharedFiles, SubmitClient } from '../target.js';
import { targetErrors } from '../target-errors.js';
import { type DriverProcesses, NOT_RECORDED, WrappedDrivers } from '../wrapped-drivers.js';
import { dockerByHand } from './by-hand.js';
import { composeArguments } from './compose-file.js';
import { type DockerFolders, type DockerState, dockerKafka, dockerMaster, requireDockerState } from './docker-state.js';
import type { DockerEngine } from './engine.js';
import type { ContainerSession } from './session.js';

/** Put there by each submit, since a running cluster may have been started by another version. */
const LOCAL_FILES = 'own/local-files.jar';

export interface DockerDriversOptions {
  readonly engine: DockerEngine;
  readonly folders: DockerFolders;
  readonly session: ContainerSession;
  readonly src: SharedFiles;
  readonly data: SharedFiles;
  readonly mavenMirrorUrl: () => string | undefined;
}

/** Drivers in the master's container, each under run-driver.sh, which leads a session of its own. */
export class DockerDrivers implements Drivers {
  private readonly wrapped: WrappedDrivers;

  constructor(private readonly options: DockerDriversOptions) {
    this.wrapped = new WrappedDrivers(options.data, processesOf(options.session));
  }

  canBeAlive(): Promise<boolean> {
    return this.options.session.isMasterRunning();
  }

  /** @throws ClusterNotRunningError, SERVICE_FAILED while no master runs, so that no run is recorded then */
  async submitClient(): Promise<SubmitClient> {
    const { data, mavenMirrorUrl } = this.options;
    const { spark } = await this.state();
    if (!(await this.canBeAlive()))
      throw targetErrors.SERVICE_FAILED({
        service: 'master',
        reason: 'does not run; `millrace cluster up` starts it again',
      });
    const connector = `jars/${spark.version}`;
    const jars = await data.list(connector);
    await data.put(LOCAL_FILES, await readFile(LOCAL_FILES_JAR));
    return {
      sparkSubmit: '/opt/spark/bin/spark-submit',
      python: 'python3',
      propertiesFile: '/opt/secret/spark-defaults.conf',
      connectorJars: jars.map((jar) => `local:${data.pathForJobs(`${connector}/${jar}`)}`),
      localFilesJar: data.pathForJobs(LOCAL_FILES),
      sparkVersion: spark.version,
      scalaVersion: spark.scala,
      environment: ivyMirror(mavenMirrorUrl()),
    };
  }

  async commandLine(command: readonly string[], environment: Environment): Promise<string> {
    return toShell(['docker', ...(await this.exec([], withEnvironment(command, environment)))]);
  }

  async byHand(): Promise<ByHand> {
    const { folders, src } = this.options;
    const client = await this.submitClient();
    const { composeFiles, ports } = await this.state();
    const compose = ['docker', ...composeArguments(folders, composeFiles)];
    const { jobBootstrapServers } = dockerKafka(ports);
    const { master } = dockerMaster(ports);
    return dockerByHand({ compose, client, jobBootstrapServers, master, folder: src.pathForJobs('') });
  }

  /** Detached: a signal to `docker compose exec` would not reach the driver, and the driver runs on when it ends. */
  async launch(run: string, command: readonly string[], environment: Environment): Promise<void> {
    const { engine, src, data } = this.options;
    const wrapper = ['sh', src.pathForJobs('run-driver.sh'), data.pathForJobs(`runs/${run}`)];
    await engine.docker(await this.exec(['--detach'], [...wrapper, ...withEnvironment(command, environment)]));
    if (await this.wrapped.waitUntilRecorded(run)) return;
    const hint = `See \`millrace runs logs ${run}\`.`;
    throw targetErrors.SERVICE_FAILED({ service: 'driver', reason: `could not be started: ${NOT_RECORDED}`, hint });
  }

  find(run: string): Promise<DriverState> {
    return this.wrapped.find(run);
  }

  signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    return this.wrapped.signal(run, signal);
  }

  private async exec(flags: readonly string[], command: readonly string[]): Promise<string[]> {
    const { folders, src } = this.options;
    const { composeFiles } = await this.state();
    const where = ['--workdir', src.pathForJobs(''), 'master'];
    return [...composeArguments(folders, composeFiles), 'exec', ...flags, ...where, ...command];
  }

  private state(): Promise<DockerState> {
    return requireDockerState(this.options.folders);
  }
}

function withEnvironment(command: readonly string[], environment: Environment): readonly string[] {
  const assignments = toAssignments(environment);
  return assignments.length === 0 ? command : ['env', ...assignments, ...command];
}

/** Drivers run in the master's container, so none runs while it does not. */
function processesOf(session: ContainerSession): DriverProcesses {
  return {
    startTime: async (pid) => {
      if (!(await session.hasDrivers())) return undefined;
      return (await session.ask<string | null>({ op: 'startTime', pid }, null)) ?? undefined;
    },
    send: async (pid, name) => (await session.hasDrivers()) && session.ask({ op: 'send', pid, name }, false),
  };
}
