import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode, MillraceError } from '../errors.js';
import { readJson, readTextIfThere } from './atomic-file.js';
import { identifySelf, isAlive } from './process-identity.js';
import type { ProjectFolder } from './project-folder.js';
import { identifySelfIn, isAliveHere, type ProjectProcess } from './project-home.js';

/** To look and to remove takes a moment: after a longer wait the disk must hang. */
const TAKEOVER_WITHIN_MS = 10_000;

export interface LockHolder extends ProjectProcess {
  readonly command: string;
  readonly since: string;
}

export class LockedError extends MillraceError {
  readonly code = 'LOCKED';
  readonly exitCode = ExitCode.Prerequisite;
  override readonly retriable = true;
  readonly hint = 'Wait until it has ended, then run the command again.';

  constructor(readonly holder: LockHolder) {
    super(`\`${holder.command}\` (process ${holder.pid}) works on the same since ${holder.since}`);
  }
}

export interface LockOptions {
  /** The command that others are shown as the holder, for example `millrace cluster up`. */
  readonly command: string;
  /** How long to wait for another holder; 0 fails at once. */
  readonly waitMs?: number;
  readonly onWait?: (holder: LockHolder) => void;
  readonly signal?: AbortSignal;
  /** The `.millrace` folder of the project whose lock it is: in a copied folder, a lock that was copied along is held by nobody. */
  readonly state?: string;
}

/** `withLock` for one of the project's own locks, by its name. */
export function withProjectLock<T>(
  { state }: Pick<ProjectFolder, 'state'>,
  name: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(lockPath(state, name), { ...options, state }, work);
}

/** The live holder of one of the project's own locks, or undefined. */
export function projectLockHolder(
  { state }: Pick<ProjectFolder, 'state'>,
  name: string,
): Promise<LockHolder | undefined> {
  return lockHolder(lockPath(state, name), state);
}

function lockPath(state: string, name: string): string {
  return join(state, 'locks', `${name}.lock`);
}

/**
 * Runs `work` while holding the O_EXCL file at `path`. A dead holder's lock is taken over at once.
 * @throws LockedError naming the live holder when it still holds the lock after `waitMs`
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, options);
  try {
    return await work();
  } finally {
    await release(path);
  }
}

/** Removes only our own lock: if the project's folder was moved meanwhile, another project's lock may be at this path. */
async function release(path: string): Promise<void> {
  const [holder, self] = [await readJson<LockHolder>(path), identifySelf()];
  if (holder?.pid === self.pid && holder.startTime === self.startTime) await rm(path, { force: true });
}

/** The live holder of a lock, or undefined. */
export async function lockHolder(path: string, state?: string): Promise<LockHolder | undefined> {
  const holder = await readJson<LockHolder>(path);
  return holder && isHolding(holder, state) ? holder : undefined;
}

function isHolding(holder: LockHolder, state: string | undefined): boolean {
  return state === undefined ? isAlive(holder) : isAliveHere(state, holder);
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  const deadline = Date.now() + (options.waitMs ?? 0);
  let isAnnounced = false;
  while (!(await tryCreate(path, options))) {
    const holder = await lockHolder(path, options.state);
    if (!holder) {
      await removeStale(path, options);
      continue;
    }
    if (Date.now() >= deadline) throw new LockedError(holder);
    if (!isAnnounced) options.onWait?.(holder);
    isAnnounced = true;
    await sleep(100, undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** Written beside and linked into place, so that nobody ever reads a lock without its holder. */
async function tryCreate(path: string, { command, state }: LockOptions): Promise<boolean> {
  const self = state === undefined ? identifySelf() : identifySelfIn(state);
  const holder: LockHolder = { ...self, command, since: new Date().toISOString() };
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Only one process at a time may remove a dead holder's lock, so it takes a lock for that. It then looks again: another process may
 * have taken over meanwhile, and its new lock must stay. A lock for the removal whose holder died is taken over in the same way.
 */
async function removeStale(path: string, options: LockOptions): Promise<void> {
  const { command, signal, state } = options;
  const common = { ...(signal ? { signal } : {}), ...(state === undefined ? {} : { state }) };
  const takeover = { command, waitMs: TAKEOVER_WITHIN_MS, ...common };
  await withLock(`${path}.takeover`, takeover, async () => {
    const text = await readTextIfThere(path);
    if (text !== undefined && !isHeld(text, state)) await rm(path, { force: true });
  });
}

function isHeld(text: string, state: string | undefined): boolean {
  try {
    return isHolding(JSON.parse(text) as LockHolder, state);
  } catch {
    return false; // Ours are never half written, so this one is not ours.
  }
}
