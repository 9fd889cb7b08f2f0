import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import type { FileIdentity } from './source/source.js';
import { explainUnreadable } from './source/unreadable.js';

/** Keeps what came in, line by line, behind what the file already holds: the same command reads it again. */
export class RecordFile {
  private lines: string[] = [];

  private constructor(private readonly file: FileHandle) {}

  /**
   * @param header the first line that such a file needs
   * @throws UsageError for a file that cannot be written, that is also read, or that begins with another line
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

/** A write that was cut off by a kill has left half a line, which would spoil the next one too. */
async function endLastLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer.toString() !== '\n') await file.appendFile('\n');
}

/** A file that grows by what is read from it has no end. */
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
