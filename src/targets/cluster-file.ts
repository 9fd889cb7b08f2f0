import { join } from 'node:path';
import { readJson } from '../project/atomic-file.js';
import { CLUSTER_FILE, isOurs } from '../project/project-home.js';

/** The fields that the state of every target has. */
export interface LastCluster {
  readonly target: string;
  /** Whether the user wants it up: after `down` the services are stopped, not failed. */
  readonly isUp: boolean;
  /** The folder that it was started for; absent for local clusters of earlier versions. */
  readonly project?: string;
  /** The project's id; see `ownerOf`. */
  readonly id?: string;
}

/** The file in which the target that was used last keeps what its `up` decided. */
export function clusterFile(stateFolder: string): string {
  return join(stateFolder, CLUSTER_FILE);
}

/**
 * The cluster that this project started last; later commands use its target. In a copied folder it counts as stopped, since the
 * cluster that is up belongs to the original.
 */
export async function readLastCluster<T extends LastCluster>(stateFolder: string): Promise<T | undefined> {
  const last = await readJson<T>(clusterFile(stateFolder));
  return last && !isOurs(stateFolder, { folder: last.project }) ? { ...last, isUp: false } : last;
}
