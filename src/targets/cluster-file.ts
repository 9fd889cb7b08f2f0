import { join } from 'node:path';
import { readJson } from '../project/atomic-file.js';
import { CLUSTER_FILE, isOurs } from '../project/project-home.js';

/** What every target's state begins with. */
export interface LastCluster {
  readonly target: string;
  /** What the user wants: after `down` the services are stopped, not failed. */
  readonly isUp: boolean;
  /** The folder it was started for; what local clusters of earlier versions left does not say. */
  readonly project?: string;
  /** The project's id; see `ownerOf`. */
  readonly id?: string;
}

/** Where the target that was used last keeps what its `up` decided. */
export function clusterFile(stateFolder: string): string {
  return join(stateFolder, CLUSTER_FILE);
}

/**
 * The cluster that this project started last; its target is the one that later commands mean. What came along with a
 * copied folder is as good as taken down: it is the original's that is up.
 */
export async function readLastCluster<T extends LastCluster>(stateFolder: string): Promise<T | undefined> {
  const last = await readJson<T>(clusterFile(stateFolder));
  return last && !isOurs(stateFolder, { folder: last.project }) ? { ...last, isUp: false } : last;
}
