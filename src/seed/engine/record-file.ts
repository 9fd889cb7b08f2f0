import { type FileHandle, open, rm } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import type { FileIdentity } from '../source/source.js';
import { explainUnreadable } from '../source/unreadable.js';

const ANOTHER_FILE = 'Record to another file.';

/**
 * The file of `--record`: each item is appended as a line, and the same command can seed the file again. It is written to with the
 * first item, and a new one in which there is none is deleted.
 */
export class RecordFile {
  private lines: string[] = [];
  private isUnused = true;

  private constructor(
    private readonly path: string,
    private readonly opened: Opened,
    /** Written before the first item. */
    private readonly start: string,
  ) {}

  /**
   * @param header the first line of such a file, where it needs one
   * @param read the files that the seed reads
   * @throws UsageError for a file that cannot be written, that the seed also reads, or that begins with another line
   */
  static async open(path: string, header?: string, read: readonly FileIdentity[] = []): Promise<RecordFile> {
    const opened = await openToAppend(path);
    try {
      await refuseUnfit(path, opened.file, read);
      return new RecordFile(path, opened, await findStart(path, opened.file, header));
    } catch (error) {
      await close(path, opened, true);
      throw error;
    }
  }

  /** Written with the next flush. */
  keep(line: string): void {
    this.lines.push(line);
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return;
    await this.opened.file.appendFile(`${this.isUnused ? this.start : ''}${this.lines.join('\n')}\n`);
    this.isUnused = false;
    this.lines = [];
  }

  async close(): Promise<void> {
    await this.flush();
    await close(this.path, this.opened, this.isUnused);
  }
}

interface Opened {
  readonly file: FileHandle;
  readonly isNew: boolean;
}

async function openToAppend(path: string): Promise<Opened> {
  try {
    return { file: await open(path, 'ax+'), isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainUnreadable(path, error, 'written');
  }
  const file = await open(path, 'a+').catch((error: unknown) => {
    throw explainUnreadable(path, error, 'written');
  });
  return { file, isNew: false };
}

async function close(path: string, { file, isNew }: Opened, isUnused: boolean): Promise<void> {
  await file.close();
  if (isNew && isUnused) await rm(path, { force: true });
}

/** A pipe takes no more once it is full; a file that is read and appended to at once would never end. */
async function refuseUnfit(path: string, file: FileHandle, read: readonly FileIdentity[]): Promise<void> {
  const found = await file.stat();
  if (found.isFIFO()) throw new UsageError(`--record ${path} is a pipe`, ANOTHER_FILE);
  if (read.some(({ dev, ino }) => found.dev === dev && found.ino === ino))
    throw new UsageError(`--record ${path} is also read`, ANOTHER_FILE);
}

/** A file that is empty gets the header; half a line, which a kill has left, must not be joined to the next one. */
async function findStart(path: string, file: FileHandle, header: string | undefined): Promise<string> {
  const { size } = await file.stat();
  if (size === 0) return header === undefined ? '' : `${header}\n`;
  if (header !== undefined) await requireFirstLine(header, path, file);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === '\n' ? '' : '\n';
}

async function requireFirstLine(header: string, path: string, file: FileHandle): Promise<void> {
  const bytes = Buffer.byteLength(header);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes + 1), 0, bytes + 1, 0);
  if (buffer.toString('utf8', 0, bytesRead).trimEnd() !== header)
    throw new UsageError(`--record ${path} holds something else: its first line is not ${header}`, ANOTHER_FILE);
}
