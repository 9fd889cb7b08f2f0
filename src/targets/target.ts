import type { Config, Environment } from '../project/config.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { ProvisionOptions } from '../provision/provide.js';
import type { KafkaEndpoint } from './kafka-endpoint.js';
import type { Scheduler } from './scheduler.js';

/** What an engine for runs must offer. Nothing above src/targets may know which one it talks to. */
export interface Target {
  readonly name: string;
  /** @throws ClusterNotRunningError when no cluster was started here, or it was taken down */
  kafka(): Promise<KafkaEndpoint>;
  /** What the next start would use, for a script rendered while nothing runs. */
  plannedKafka(): KafkaEndpoint;
  readonly scheduler: Scheduler;
  /** Absent where the cluster is somebody else's. */
  readonly services?: Services;
  /** Rendered scripts and the modules they import. */
  readonly src: SharedFiles;
  /** All that jobs write: runs, checkpoints, results, models. */
  readonly data: SharedFiles;
  readonly drivers: Drivers;
}

/** What every kind of target is made with. */
export interface TargetOptions {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly env: Environment;
  readonly provisioning: ProvisionOptions;
}

export type ServiceName = 'broker' | 'zookeeper' | 'master' | `worker-${number}`;

/** `failed`: it should run and does not. */
export type ProcessState = 'running' | 'starting' | 'stopped' | 'failed';

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ProcessState;
  /** Where the service is a process of this machine. */
  readonly pid: number | null;
  /** Short id, where the service is a container. */
  readonly container: string | null;
  readonly address: string | null;
  /** The service's page, where it has one. */
  readonly ui: string | null;
}

export interface ClusterSize {
  readonly workers: number;
  readonly workerCores: number;
  readonly workerMemoryMb: number;
  /** Taken small, because there is less than 10 GB of memory. */
  readonly isSmall: boolean;
}

export interface UpRequest {
  readonly signal: AbortSignal;
  /**
   * Called before anything starts with the id of a Kafka cluster that begins without topics, where an earlier one had the
   * same id: what is known of its topics is not true any more.
   */
  readonly forgetTopics: (clusterId: string) => Promise<void>;
}

export interface UpResult {
  readonly size: ClusterSize;
  /** What this call started, in the order of starting; empty when all ran already. */
  readonly started: readonly ServiceName[];
  /** Variables of the shell that services and drivers do not get, as NAME=value. */
  readonly leftOut: readonly string[];
}

/** One thing a cluster needs of this place, and the command that mends it where it is missing. */
export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  /** What was found. */
  readonly found: string;
  /** The command or setting that mends it; empty when it is well. */
  readonly mend: string;
  /** Without it nothing starts; else it is only worth knowing. */
  readonly isRequired: boolean;
}

export interface LogLine {
  readonly service: ServiceName;
  readonly line: string;
}

export interface Services {
  /** What this place must have before `up`, looked at without changing anything. */
  check(): Promise<readonly Check[]>;
  /** What `up` would start, as text: nothing is changed. @throws what `up` throws before it starts anything */
  plan(): Promise<string>;
  /** Starts what does not run yet and waits until every service answers on its port. */
  up(request: UpRequest): Promise<UpResult>;
  /** SIGTERM, then SIGKILL after the grace; without `only`, all of them and the cluster counts as stopped. */
  down(options: { only?: readonly ServiceName[]; graceMs: number }): Promise<void>;
  /**
   * Deletes topics, results, scripts and logs of the stopped cluster.
   * @returns the id of the Kafka cluster whose topics are gone, where it is known
   */
  purge(): Promise<string | undefined>;
  status(): Promise<readonly ServiceStatus[]>;
  logs(options: { service?: string; lines: number; isFollowing: boolean }, signal: AbortSignal): AsyncIterable<LogLine>;
}

/** A folder shared by all Spark processes; paths are relative, with `/`. Works while the services are down. */
export interface SharedFiles {
  /** The absolute path as jobs see it. */
  pathForJobs(path: string): string;
  /** Where the user finds it. */
  describe(path: string): string;
  put(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /** The text, or undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /**
   * Whole lines from `fromByte` on; a negative one counts from the end, and the line it falls into is left out. No more than
   * `atMost` bytes, unless the first line is longer.
   */
  tail(path: string, fromByte: number, atMost?: number): Promise<{ text: string; nextByte: number }>;
  /** Names in a folder, sorted; [] where there is none. */
  list(path: string): Promise<readonly string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  freeBytes(): Promise<number>;
}

export type DriverState =
  | { readonly state: 'absent' }
  /** `isMoved`: it was started before the project's folder was moved, and works in the one that is gone. */
  | { readonly state: 'running'; readonly pid: number; readonly isMoved?: boolean }
  | { readonly state: 'ended'; readonly exitCode: number; readonly endedAt: string }
  /** It was started, does not run and left no exit code: it or its wrapper was killed. */
  | { readonly state: 'lost' };

/** What a submit line needs to know about the place where drivers run. */
export interface SubmitClient {
  readonly sparkSubmit: string;
  readonly python: string;
  /** Spark properties that hold the cluster's secret; a path, never the values. */
  readonly propertiesFile: string;
  /** URIs of the connector's jars, readable by driver and executors. */
  readonly connectorJars: readonly string[];
  /** Spark's classes as Java has them after loading, where drivers and executors can read them. */
  readonly classArchive?: string;
  readonly sparkVersion: string;
  readonly scalaVersion: string;
  /** Environment of the driver beside the machine's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What programs need to join the cluster that are started by hand on this machine. */
export interface ByHand {
  readonly variables: Readonly<Record<string, string>>;
  /** What goes first on a variable that is a list, such as PATH. */
  readonly prepend: Readonly<Record<string, readonly string[]>>;
  /** Variables of other installations, which would bend what is started. */
  readonly unset: readonly string[];
  /** Shell functions in place of programs that this machine does not have: name and body. */
  readonly functions: Readonly<Record<string, string>>;
}

export interface Drivers {
  /** False where no driver can be alive, whatever the records say: the place where they run is down. */
  canBeAlive(): Promise<boolean>;
  submitClient(): Promise<SubmitClient>;
  /** What `launch` would run, as a command that can be pasted into a shell of this machine. */
  commandLine(command: readonly string[], environment: Environment): Promise<string>;
  /** Prepares programs that are started by hand; no secret is in what comes back. @throws ClusterNotRunningError */
  byHand(): Promise<ByHand>;
  /** Starts the command detached from this process, in the folder `src`; its run folder is `data/runs/<run>`. */
  launch(run: string, command: readonly string[], environment: Environment): Promise<void>;
  find(run: string): Promise<DriverState>;
  /** Signals the driver and all its children; false when it has ended. */
  signal(run: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
}
