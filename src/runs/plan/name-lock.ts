import { type LockOptions, withProjectLock } from '../../project/lock.js';
import type { ProjectFolder } from '../../project/project-folder.js';

/** A submit that holds the lock finishes its checks within seconds. */
export const NAME_LOCK_WAIT_MS = 30_000;

export interface NameLockOptions extends Pick<LockOptions, 'command' | 'waitMs' | 'signal'> {
  readonly project: ProjectFolder;
  readonly name: string;
}

/** Held while a run of this name is started, or its checkpoint is put away. @throws LockedError */
export function withNameLock<T>({ project, name, ...options }: NameLockOptions, work: () => Promise<T>): Promise<T> {
  return withProjectLock(project, `name-${name}`, options, work);
}
