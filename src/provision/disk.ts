import type { Dirent } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MillraceError } from '../errors.js';
import { isNotFound } from '../project/atomic-file.js';
import { provisionErrors } from './provision-errors.js';

const FULL = ['ENOSPC', 'EDQUOT'];
const CLOSED = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];

/** @throws NO_SPACE when the disk that `folder` lies on, or will lie on, has less than `neededBytes` left */
export async function requireFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const freeBytes = await measureFreeBytes(folder);
  if (freeBytes < neededBytes) throw provisionErrors.NO_SPACE({ folder, neededBytes, freeBytes });
}

/** Bytes free to this user where `folder` lies, or will lie once it is made. */
export async function measureFreeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (dirname(folder) === folder || !isNotFound(error)) throw error;
    return measureFreeBytes(dirname(folder));
  }
}

/** Whether the output of a program says that a disk is full. */
export function tellsOfFullDisk(output: string): boolean {
  return /No space left on device|Disk quota exceeded|ENOSPC/i.test(output);
}

/** Runs work that writes into the cache; where the disk is full or may not be written to, the error names the folder. */
export async function explainDiskTrouble<T>(folder: string, neededBytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MillraceError ? error : nameFolder(folder, neededBytes, error);
  }
}

function nameFolder(folder: string, neededBytes: number, error: unknown): unknown {
  const { code = '', message, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (FULL.includes(code)) return provisionErrors.NO_SPACE({ folder, neededBytes }, { cause: error });
  const isOurs = path?.startsWith(folder) && !syscall?.startsWith('spawn');
  if (!isOurs || !CLOSED.includes(code)) return error;
  return provisionErrors.CACHE_FOLDER({ folder, reason: message }, { cause: error });
}

export interface FolderSize {
  readonly bytes: number;
  readonly largestFileBytes: number;
}

/** The size of everything in a folder; files that are deleted meanwhile count as nothing. */
export async function measureFolder(folder: string): Promise<FolderSize> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const sizes = await Promise.all(entries.map((entry) => measureEntry(join(folder, entry.name), entry)));
  return {
    bytes: sizes.reduce((sum, size) => sum + size.bytes, 0),
    largestFileBytes: Math.max(0, ...sizes.map((size) => size.largestFileBytes)),
  };
}

async function measureEntry(path: string, entry: Dirent): Promise<FolderSize> {
  if (entry.isDirectory()) return measureFolder(path);
  const bytes = entry.isFile() ? await measureFile(path) : 0;
  return { bytes, largestFileBytes: bytes };
}

function measureFile(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
