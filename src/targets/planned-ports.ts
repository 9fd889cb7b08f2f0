import type { Config } from '../project/config.js';
import type { ProjectFolder } from '../project/project-folder.js';
import { ClusterNotRunningError } from './target-errors.js';

/** The configured ports. @throws ClusterNotRunningError where the next start takes those that are free then */
export function plannedPorts({ ports }: Config, { root }: ProjectFolder): Exclude<Config['ports'], 'auto'> {
  if (ports === 'auto') throw new ClusterNotRunningError(root);
  return ports;
}
