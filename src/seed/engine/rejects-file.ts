import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ProjectFolder } from '../../project/project-folder.js';

export interface Reject {
  /** `file.csv:12`, `stories.json:3`, or the page of a poll. */
  readonly position: string;
  readonly reason: string;
  readonly input: unknown;
}

/** The rejects of a seed, one JSON object per line. The first one creates the file; one that comes after `close` opens it again. */
export class RejectsFile {
  private stream: WriteStream | undefined;
  count = 0;

  private constructor(readonly path: string) {}

  static in(project: ProjectFolder, topic: string, now: Date): RejectsFile {
    const stamp = now.toISOString().replaceAll(':', '').replace('.', '');
    return new RejectsFile(join(rejectsFolder(project), `${topic}-${stamp}.ndjson`));
  }

  async add(reject: Reject): Promise<void> {
    if (!this.stream) {
      await mkdir(dirname(this.path), { recursive: true });
      this.stream = createWriteStream(this.path, { flags: 'a' });
      this.stream.on('error', () => undefined); // thrown by the next add, or by close
      await once(this.stream, 'open');
    }
    if (this.stream.errored) throw this.stream.errored;
    this.count += 1;
    this.stream.write(`${JSON.stringify(reject)}\n`);
  }

  async close(): Promise<void> {
    const { stream } = this;
    if (!stream) return;
    this.stream = undefined;
    stream.end();
    await finished(stream);
  }
}

/** Deletes the rejects of all seeds of the project. */
export async function forgetRejects(project: ProjectFolder): Promise<void> {
  await rm(rejectsFolder(project), { recursive: true, force: true });
}

function rejectsFolder({ state }: ProjectFolder): string {
  return join(state, 'rejects');
}
