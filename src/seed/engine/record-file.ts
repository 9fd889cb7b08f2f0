import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import type { FileIdentity } from '../source/source.js';
import { explainUnreadable } from '../source/unreadable.js';

/** The file of `--record`: each item is appended as a line, and the same command can seed the file again. */
export class RecordFile {
  private lines: string[] = [];

  private constructor(private readonly file: FileHandle) {}

  /**
   * @param header the first line of such a file, where it needs one
   * @param read the files that the seed reads
   * @throws UsageError for a file that cannot be written, that the seed also reads, or that begins with another line
   */
  static async open(path: string, header?: string, read: readonly FileIdentity[] = []): Promise<RecordFile> {
    const file = await open(path, 'a+').catch((error: unknown) => {
      throw explainUnreadable(path, error, 'written');
    });
    try {
      await refuseInput(path, file, read);
      await endLastLine(file);
      if (header !== undefined) await beginWith(header, path, file);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new RecordFile(file);
  }

  /** Written with the next flush. */
  keep(line: string): void {
    this.lines.push(line);
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return;
    await this.file.appendFile(`${this.lines.join('\n')}\n`);
    this.lines = [];
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }
}

/** A kill in the middle of a write leaves half a line, and the next line must not be joined to it. */
async function endLastLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer.toString() !== '\n') await file.appendFile('\n');
}

/** A file that is read and appended to at once would never end. */
async function refuseInput(path: string, file: FileHandle, read: readonly FileIdentity[]): Promise<void> {
  const { dev, ino } = await file.stat();
  if (read.some((input) => input.dev === dev && input.ino === ino))
    throw new UsageError(`--record ${path} is also read`, 'Record to another file.');
}

async function beginWith(header: string, path: string, file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return file.appendFile(`${header}\n`);
  const bytes = Buffer.byteLength(header);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes + 1), 0, bytes + 1, 0);
  if (buffer.toString('utf8', 0, bytesRead).trimEnd() !== header)
    throw new UsageError(
      `--record ${path} holds something else: its first line is not ${header}`,
      'Record to another file.',
    );
}
