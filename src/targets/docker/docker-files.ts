import { posix } from 'node:path';
import type { SharedFiles } from '../target.js';
import type { ContainerSession } from './session.js';

/** A shared folder in a volume, read and written by a container that mounts it. */
export class DockerFiles implements SharedFiles {
  constructor(
    private readonly session: ContainerSession,
    /** The path at which all containers mount it. */
    private readonly mount: string,
    /** The volume's name, asked for late: a new project has it only after its first `cluster up`. */
    private readonly volume: () => string,
  ) {}

  pathForJobs(path: string): string {
    return posix.join(this.mount, path);
  }

  describe(path: string): string {
    return `${this.pathForJobs(path)} (Docker volume ${this.volume()})`;
  }

  put(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
    const text = Buffer.from(content as string).toString('base64');
    return this.session.tell({ op: 'put', path: this.pathForJobs(path), content: text, mode: mode ?? null });
  }

  async read(path: string): Promise<string | undefined> {
    const text = await this.session.ask<string | null>({ op: 'read', path: this.pathForJobs(path) }, null);
    return text ?? undefined;
  }

  tail(path: string, fromByte: number, atMost?: number): Promise<{ text: string; nextByte: number }> {
    return this.session.ask({ op: 'tail', path: this.pathForJobs(path), fromByte, atMost }, { text: '', nextByte: 0 });
  }

  list(path: string): Promise<readonly string[]> {
    return this.session.ask<readonly string[]>({ op: 'list', path: this.pathForJobs(path) }, []);
  }

  rename(from: string, to: string): Promise<void> {
    return this.session.tell({ op: 'rename', path: this.pathForJobs(from), to: this.pathForJobs(to) });
  }

  async remove(path: string): Promise<void> {
    await this.session.ask({ op: 'remove', path: this.pathForJobs(path) }, null);
  }

  freeBytes(): Promise<number> {
    return this.session.tell({ op: 'freeBytes', path: this.mount });
  }
}
