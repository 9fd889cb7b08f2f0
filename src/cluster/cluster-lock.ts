import { join } from 'node:path';
import { type LockHolder, lockHolder, withLock } from '../project/lock.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Services, Target } from '../targets/target.js';
import { NotOurClusterError } from './cluster-errors.js';

/** Starting and stopping exclude each other; a second one names the first. */
export function withClusterLock<T>(project: ProjectFolder, command: string, work: () => Promise<T>): Promise<T> {
  return withLock(lockPath(project), { command }, work);
}

/** Who is starting or stopping the cluster right now. */
export function clusterLockHolder(project: ProjectFolder): Promise<LockHolder | undefined> {
  return lockHolder(lockPath(project));
}

/** @throws NotOurClusterError */
export function requireServices({ name, services }: Target): Services {
  if (services) return services;
  throw new NotOurClusterError(name);
}

function lockPath({ state }: ProjectFolder): string {
  return join(state, 'locks', 'cluster.lock');
}
