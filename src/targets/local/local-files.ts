import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isNotFound, readTextIfThere, writeFileAtomic } from '../../project/atomic-file.js';
import type { SharedFiles } from '../target.js';

/** A shared folder that is a folder of this machine. */
export class LocalFiles implements SharedFiles {
  constructor(private readonly root: string) {}

  pathForJobs(path: string): string {
    return join(this.root, path);
  }

  describe(path: string): string {
    return join(this.root, path);
  }

  async put(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
    await writeFileAtomic(join(this.root, path), content, mode);
  }

  read(path: string): Promise<string | undefined> {
    return readTextIfThere(join(this.root, path));
  }

  tail(path: string, fromByte: number, atMost?: number): Promise<{ text: string; nextByte: number }> {
    return tailFile(join(this.root, path), fromByte, atMost);
  }

  async list(path: string): Promise<readonly string[]> {
    try {
      return (await readdir(join(this.root, path))).sort();
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await mkdir(dirname(join(this.root, to)), { recursive: true });
    await rename(join(this.root, from), join(this.root, to));
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true, force: true });
  }

  async freeBytes(): Promise<number> {
    await mkdir(this.root, { recursive: true });
    const { bavail, bsize } = await statfs(this.root);
    return bavail * bsize;
  }
}

/**
 * What a file holds from a byte on, whole lines only; a file that became shorter is read from its beginning. A negative byte
 * counts from the end. Of more than `atMost` bytes the rest is left for the next call; a first line that is longer comes whole.
 */
export async function tailFile(
  path: string,
  fromByte: number,
  atMost = Number.POSITIVE_INFINITY,
): Promise<{ text: string; nextByte: number }> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = startOf(size, fromByte);
      const length = Math.min(size - start, atMost);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      if (end === 0 && start + length < size) return await tailFile(path, fromByte, 2 * atMost);
      const isInsideLine = fromByte < 0 && start > 0;
      const first = isInsideLine ? Math.min(buffer.indexOf(0x0a) + 1, end) : 0;
      return { text: buffer.toString('utf8', first, end), nextByte: start + end };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isNotFound(error)) return { text: '', nextByte: 0 };
    throw error;
  }
}

function startOf(size: number, fromByte: number): number {
  if (fromByte < 0) return Math.max(0, size + fromByte);
  return size < fromByte ? 0 : fromByte;
}
