import type { Config, Environment } from '../project/config.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { ProvisionOptions } from '../provision/provide.js';
import type { KafkaEndpoint } from './kafka-endpoint.js';
import type { Scheduler } from './scheduler.js';

/** A place for a cluster and its runs. Nothing above src/targets may know which kind it is. */
export interface Target {
  readonly name: string;
  /** @throws ClusterNotRunningError when no cluster was started here, or it was taken down */
  kafka(): Promise<KafkaEndpoint>;
  /** The endpoint that the next start would use, for a script that is rendered while no cluster is up. */
  plannedKafka(): KafkaEndpoint;
  readonly scheduler: Scheduler;
  /** Absent where the cluster is not started by millrace. */
  readonly services?: Services;
  /** Rendered scripts and the modules they import. */
  readonly src: SharedFiles;
  /** All that jobs write: runs, checkpoints, results, models. */
  readonly data: SharedFiles;
  readonly drivers: Drivers;
}

/** What every kind of target is created from. */
export interface TargetOptions {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly env: Environment;
  readonly provisioning: ProvisionOptions;
}

export type ServiceName = 'broker' | 'zookeeper' | 'master' | `worker-${number}`;

/** `failed`: it should run, but does not. */
export type ProcessState = 'running' | 'starting' | 'stopped' | 'failed';

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ProcessState;
  /** The process, where the service is one of this machine. */
  readonly pid: number | null;
  /** The short id, where the service is a container. */
  readonly container: string | null;
  readonly address: string | null;
  /** The service's page, where it has one. */
  readonly ui: string | null;
}

export interface ClusterSize {
  readonly workers: number;
  readonly workerCores: number;
  readonly workerMemoryMb: number;
  /** The workers are small, because there is less than 10 GB of memory. */
  readonly isSmall: boolean;
}

export interface UpRequest {
  readonly signal: AbortSignal;
  /**
   * Called before anything starts, when a new, empty Kafka cluster gets the id of an earlier one. Deletes what was recorded about
   * the topics of the earlier one.
   */
  readonly forgetTopics: (clusterId: string) => Promise<void>;
}

export interface UpResult {
  readonly size: ClusterSize;
  /** The services that this call started, in the order of starting; empty when all were running already. */
  readonly started: readonly ServiceName[];
  /** Variables of the user's shell that services and drivers do not get, as NAME=value. */
  readonly leftOut: readonly string[];
}

/** One thing that a cluster needs, and how to fix it where it is missing. */
export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  readonly found: string;
  /** The command or setting that fixes it; empty when all is well. */
  readonly mend: string;
  /** Without it nothing starts; otherwise it is only a warning. */
  readonly isRequired: boolean;
}

export interface LogLine {
  readonly service: ServiceName;
  readonly line: string;
}

export interface Services {
  /** Checks what `up` needs, without changing anything. */
  check(): Promise<readonly Check[]>;
  /** What `up` would start, as text; changes nothing. @throws what `up` throws before it starts anything */
  plan(): Promise<string>;
  /** Starts the services that do not run yet and waits until each answers on its port. */
  up(request: UpRequest): Promise<UpResult>;
  /** Sends SIGTERM, and SIGKILL after `graceMs`. Without `only`: all services, and the cluster is then recorded as stopped. */
  down(options: { only?: readonly ServiceName[]; graceMs: number }): Promise<void>;
  /**
   * Deletes topics, results, scripts and logs of the stopped cluster.
   * @returns the id of the Kafka cluster whose topics are gone, where it is known
   */
  purge(): Promise<string | undefined>;
  status(): Promise<readonly ServiceStatus[]>;
  logs(options: { service?: string; lines: number; isFollowing: boolean }, signal: AbortSignal): AsyncIterable<LogLine>;
}

/** A folder that all Spark processes share; paths in it are relative, with `/`. It works while the services are down. */
export interface SharedFiles {
  /** The absolute path as jobs see it. */
  pathForJobs(path: string): string;
  /** The path as a user would look for it. */
  describe(path: string): string;
  put(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /** The text, or undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /**
   * Whole lines from `fromByte` on. A negative `fromByte` counts from the end of the file; if it points into a line, that line is skipped. Returns
   * no more than `atMost` bytes, unless the first line is longer.
   */
  tail(path: string, fromByte: number, atMost?: number): Promise<{ text: string; nextByte: number }>;
  /** The names in a folder, sorted; [] where there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  freeBytes(): Promise<number>;
}

export type DriverState =
  | { readonly state: 'absent' }
  /** `isMoved`: it was started before the project's folder was moved, and still works in the old folder. */
  | { readonly state: 'running'; readonly pid: number; readonly isMoved?: boolean }
  | { readonly state: 'ended'; readonly exitCode: number; readonly endedAt: string }
  /** It was started, but does not run and left no exit code: it or its wrapper was killed. */
  | { readonly state: 'lost' };

/** What a submit line needs to know about the place where drivers run. */
export interface SubmitClient {
  readonly sparkSubmit: string;
  readonly python: string;
  /** The path of the file with Spark properties, among them the cluster's secret. */
  readonly propertiesFile: string;
  /** URIs of the connector's jars, readable by driver and executors. */
  readonly connectorJars: readonly string[];
  /**
   * An archive of Spark's classes that drivers and executors can read, and the jars that are before Spark's on its class path; see
   * `src/provision/class-archive.ts`.
   */
  readonly classArchive?: { readonly path: string; readonly classPath: readonly string[] };
  /**
   * The path of the jar with `millrace.LocalFiles`, readable by driver and executors; only where checkpoints are files of a local
   * file system.
   */
  readonly localFilesJar?: string;
  readonly sparkVersion: string;
  readonly scalaVersion: string;
  /** Environment variables of the driver, added to the machine's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a program needs to join the cluster when the user starts it on this machine. */
export interface ByHand {
  readonly variables: Readonly<Record<string, string>>;
  /** Entries to prepend to variables that are lists, such as PATH. */
  readonly prepend: Readonly<Record<string, readonly string[]>>;
  /** Variables of other installations, which would change how the program runs. */
  readonly unset: readonly string[];
  /** Shell functions that replace programs that this machine does not have: name and body. */
  readonly functions: Readonly<Record<string, string>>;
}

export interface Drivers {
  /** False while the place where drivers run is down: then none is alive, even if records say so. */
  canBeAlive(): Promise<boolean>;
  submitClient(): Promise<SubmitClient>;
  /** The command of `launch` as text that can be pasted into a shell of this machine. */
  commandLine(command: readonly string[], environment: Environment): Promise<string>;
  /** Prepares for programs that the user starts; the result holds no secret. @throws ClusterNotRunningError */
  byHand(): Promise<ByHand>;
  /** Starts the command in the folder `src`, detached from this process; its run folder is `data/runs/<run>`. */
  launch(run: string, command: readonly string[], environment: Environment): Promise<void>;
  find(run: string): Promise<DriverState>;
  /** Signals the driver and all its child processes; false when it has ended. */
  signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
}
