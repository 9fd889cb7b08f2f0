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

/** What the last `up` decided: later commands find everything by it. */
export interface DockerState {
  readonly target: 'docker';
  /** The folder that it was written for: a copy of the project has its own cluster. */
  readonly project: string;
  readonly isUp: boolean;
  readonly ports: DockerPorts;
  /** `up` chose free ports instead of the configured ones. */
  readonly hasAutoPorts: boolean;
  readonly size: ClusterSize;
  readonly coordination: Coordination;
  readonly spark: SparkImage;
  /** The files that compose was started with, in this order. */
  readonly composeFiles: readonly string[];
}

/** What the docker target keeps below `.millrace/` of the project; all else is in volumes. */
export class DockerFolders {
  readonly compose: string;

  constructor(readonly state: string) {
    this.compose = join(state, 'docker');
  }

  /** The name of the compose project, and so of its containers and volumes; a moved folder keeps it. */
  get name(): string {
    return `millrace-${homeOf(this.state).id}`;
  }

  /** The project's folder without symbolic links. */
  get project(): string {
    return homeOf(this.state).folder;
  }

  /** Whether a container started for this folder belongs to this project; in a copy, those of the original do not. */
  isOurs(folder: string): boolean {
    return folder !== '' && isOurs(this.state, { folder });
  }

  volume(name: 'src' | 'data' | 'topics'): string {
    return `${this.name}_${name}`;
  }
}

/** Undefined also when another target was used last, and in a copied folder, whose state is that of the original. */
export async function readDockerState(folders: DockerFolders): Promise<DockerState | undefined> {
  const found = await readJson<DockerState>(clusterFile(folders.state));
  if (found?.target !== 'docker' || !folders.isOurs(found.project ?? '')) return undefined;
  // An earlier version wrote absolute paths, below the folder that the state names.
  const fromProject = (file: string) => (isAbsolute(file) ? relative(found.project, file) : file);
  return { ...found, composeFiles: found.composeFiles.map((file) => join(folders.project, fromProject(file))) };
}

/** The state of a cluster that is up. @throws ClusterNotRunningError */
export async function requireDockerState(folders: DockerFolders): Promise<DockerState> {
  const state = await readDockerState(folders);
  if (!state?.isUp) throw new ClusterNotRunningError(folders.project);
  return state;
}

/** Containers reach each other by name, independent of the ports of this machine. */
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
