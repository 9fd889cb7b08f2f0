import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { Config } from '../../project/config.js';
import { clusterFile } from '../cluster-file.js';
import { workerNames } from '../service-names.js';
import type { ClusterSize, ServiceName } from '../target.js';
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
  /** The compose project's name, from which containers and volumes have theirs. */
  readonly name: string;
  readonly compose: string;

  /** The project's folder without symbolic links: one project has one name, whichever way it was reached. */
  readonly project: string;

  constructor(
    root: string,
    readonly state: string,
  ) {
    this.project = realPath(root);
    this.name = nameOf(this.project);
    this.compose = join(state, 'docker');
  }

  volume(name: 'src' | 'data'): string {
    return `${this.name}_${name}`;
  }
}

function nameOf(project: string): string {
  return `millrace-${createHash('sha256').update(project).digest('hex').slice(0, 8)}`;
}

function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
}

/** Undefined also when another target was used last, and for a state that came along with a copied folder. */
export async function readDockerState({ state, project }: DockerFolders): Promise<DockerState | undefined> {
  const found = await readJson<DockerState>(clusterFile(state));
  return found?.target === 'docker' && found.project === project ? found : undefined;
}

/** The name of a cluster that was started before the project's folder was moved, if it was. */
export async function readFormerName({ state, project }: DockerFolders): Promise<string | undefined> {
  const found = await readJson<Partial<DockerState>>(clusterFile(state));
  if (found?.target !== 'docker' || !found.project || found.project === project) return undefined;
  return existsSync(found.project) ? undefined : nameOf(found.project);
}

export function writeDockerState({ state }: DockerFolders, now: DockerState): Promise<void> {
  return writeJsonAtomic(clusterFile(state), now);
}

export function serviceNames({ workers }: ClusterSize, coordination: Coordination): ServiceName[] {
  const zookeeper = coordination === 'zookeeper' ? (['zookeeper'] as const) : [];
  return [...zookeeper, 'broker', 'master', ...workerNames(workers)];
}
