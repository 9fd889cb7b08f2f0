import { type FileHandle, open } from 'node:fs/promises';
import { explainUnreadable } from './source/unreadable.js';

const WRITE_AT_LENGTH = 262_144;

/** Keeps stories as they came, one JSON text per line, behind what the file already holds: `seed news FILE` reads it back. */
export class RecordFile {
  private lines: string[] = [];
  private length = 0;

  private constructor(private readonly file: FileHandle) {}

  /** @throws UsageError for a file that cannot be written */
  static async open(path: string): Promise<RecordFile> {
    const file = await open(path, 'a+').catch((error: unknown) => {
      throw explainUnreadable(path, error, 'written');
    });
    await endLastLine(file);
    return new RecordFile(file);
  }

  async keep(story: unknown): Promise<void> {
    const line = `${JSON.stringify(story)}\n`;
    this.lines.push(line);
    this.length += line.length;
    if (this.length >= WRITE_AT_LENGTH) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return;
    await this.file.appendFile(this.lines.join(''));
    this.lines = [];
    this.length = 0;
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
