import { isAbsolute, join, relative } from 'node:path';
import { readJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { Config } from '../../project/config.js';
import { homeOf, isOurs, ownerOf } from '../../project/project-home.js';
import { clusterFile } from '../cluster-file.js';
import type { KafkaEndpoint } from '../kafka-endpoint.js';
import { workerNames } from '../service-names.js';
import type { StandaloneAddress } from '../standalone/standalone-scheduler.js';
import type { ClusterSize, ServiceName } from '../target.js';
import { ClusterNotRunningError } from '../target-errors.js';
import type { DockerPorts } from './docker-ports.js';
import type { SparkImage } from './spark-image.js';

export type Coordination = Config['coordination'];

/** What the last `up` decided: enough to find everything again without the command line that did it. */
export interface DockerState {
  readonly target: 'docker';
  /** The folder it was written for: a copy of the project has a cluster of its own. */
  readonly project: string;
  readonly isUp: boolean;
  readonly ports: DockerPorts;
  /** The ports were taken as they were free, not as configured. */
  readonly hasAutoPorts: boolean;
  readonly size: ClusterSize;
  readonly coordination: Coordination;
  readonly spark: SparkImage;
  /** The files that compose was started with, in their order. */
  readonly composeFiles: readonly string[];
}

/** What the docker target keeps below `.millrace/` of the project; the rest lies in volumes. */
export class DockerFolders {
  readonly compose: string;

  constructor(readonly state: string) {
    this.compose = join(state, 'docker');
  }

  /** The compose project's name, from which containers and volumes have theirs: it goes with a folder that is moved. */
  get name(): string {
    return `millrace-${homeOf(this.state).id}`;
  }

  /** The project's folder without symbolic links. */
  get project(): string {
    return homeOf(this.state).folder;
  }

  /** Whether what was started for a folder is this project's; not so for the original in a copy. */
  isOurs(folder: string): boolean {
    return folder !== '' && isOurs(this.state, { folder });
  }

  volume(name: 'src' | 'data' | 'topics'): string {
    return `${this.name}_${name}`;
  }
}

/** Undefined also when another target was used last, and for a state that came along with a copied folder. */
export async function readDockerState(folders: DockerFolders): Promise<DockerState | undefined> {
  const found = await readJson<DockerState>(clusterFile(folders.state));
  if (found?.target !== 'docker' || !folders.isOurs(found.project ?? '')) return undefined;
  // An earlier version wrote them in full, in the folder that the state names.
  const fromProject = (file: string) => (isAbsolute(file) ? relative(found.project, file) : file);
  return { ...found, composeFiles: found.composeFiles.map((file) => join(folders.project, fromProject(file))) };
}

/** That of a cluster that is up. @throws ClusterNotRunningError */
export async function requireDockerState(folders: DockerFolders): Promise<DockerState> {
  const state = await readDockerState(folders);
  if (!state?.isUp) throw new ClusterNotRunningError(folders.project);
  return state;
}

/** Containers know each other by name, whatever this machine's ports are. */
export function dockerKafka({ broker }: Pick<DockerPorts, 'broker'>): KafkaEndpoint {
  return { bootstrapServers: `127.0.0.1:${broker}`, jobBootstrapServers: 'broker:29092' };
}

export function dockerMaster({ masterUi }: Pick<DockerPorts, 'masterUi'>): StandaloneAddress {
  return { master: 'spark://master:7077', page: `http://127.0.0.1:${masterUi}` };
}

export function writeDockerState({ state, project }: DockerFolders, now: DockerState): Promise<void> {
  const composeFiles = now.composeFiles.map((file) => relative(project, file));
  return writeJsonAtomic(clusterFile(state), { ...now, ...ownerOf(state), composeFiles });
}

export function composeServiceNames({ workers }: ClusterSize, coordination: Coordination): ServiceName[] {
  const zookeeper = coordination === 'zookeeper' ? (['zookeeper'] as const) : [];
  return [...zookeeper, 'broker', 'master', ...workerNames(workers)];
}
