import type { Config } from '../project/config.js';
import type { ProjectFolder } from '../project/project-folder.js';
import { ClusterNotRunningError } from './target-errors.js';

/** The configured ports. @throws ClusterNotRunningError for `auto`: only the next start chooses the ports */
export function plannedPorts({ ports }: Config, { root }: ProjectFolder): Exclude<Config['ports'], 'auto'> {
  if (ports === 'auto') throw new ClusterNotRunningError(root);
  return ports;
}
