import { join } from 'node:path';
import { readJson } from '../project/atomic-file.js';

/** What every target's state begins with. */
export interface LastCluster {
  readonly target: string;
  /** What the user wants: after `down` the services are stopped, not failed. */
  readonly isUp: boolean;
}

/** Where the target that was used last keeps what its `up` decided. */
export function clusterFile(stateFolder: string): string {
  return join(stateFolder, 'cluster.json');
}

/** The cluster that this project started last; its target is the one that later commands mean. */
export function readLastCluster(stateFolder: string): Promise<LastCluster | undefined> {
  return readJson<LastCluster>(clusterFile(stateFolder));
}
