import { type LockHolder, projectLockHolder, withProjectLock } from '../project/lock.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Services, Target } from '../targets/target.js';
import { clusterErrors } from './cluster-errors.js';

const LOCK = 'cluster';

/** Only one command at a time starts or stops the cluster; the error of a second one names the first. */
export function withClusterLock<T>(project: ProjectFolder, command: string, work: () => Promise<T>): Promise<T> {
  return withProjectLock(project, LOCK, { command }, work);
}

/** The process that is starting or stopping the cluster now. */
export function clusterLockHolder(project: ProjectFolder): Promise<LockHolder | undefined> {
  return projectLockHolder(project, LOCK);
}

/** @throws NOT_OUR_CLUSTER */
export function requireServices({ name, services }: Target): Services {
  if (services) return services;
  throw clusterErrors.NOT_OUR_CLUSTER({ target: name });
}
