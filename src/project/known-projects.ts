import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonNow, writeJsonAtomic } from './atomic-file.js';
import { homeFile } from './project-home.js';

/** The projects of this user that have, or had, a cluster. Each has a file of its own, so two commands never write the same one. */
export class KnownProjects {
  constructor(private readonly folder: string) {}

  async remember(root: string): Promise<void> {
    await writeJsonAtomic(this.file(root), { root });
  }

  /** Replaces the old folders of a project that was moved by its new one; an old folder where another project lies now stays. */
  async follow(root: string, formerly: readonly string[]): Promise<void> {
    const known = formerly.filter((folder) => existsSync(this.file(folder)));
    if (known.length > 0 && !existsSync(this.file(root))) await this.remember(root);
    const left = known.filter((folder) => !existsSync(homeFile(join(folder, '.millrace'))));
    await Promise.all(left.map((folder) => this.forget(folder)));
  }

  async forget(root: string): Promise<void> {
    await rm(this.file(root), { force: true });
  }

  /** Their folders, sorted; those that were deleted are forgotten. */
  async list(): Promise<readonly string[]> {
    const roots = this.roots();
    const gone = roots.filter((root) => !existsSync(root));
    await Promise.all(gone.map((root) => this.forget(root)));
    return roots.filter((root) => !gone.includes(root)).sort();
  }

  /** Their folders, also those that are not there any more. */
  roots(): readonly string[] {
    const names = existsSync(this.folder) ? readdirSync(this.folder).filter((name) => name.endsWith('.json')) : [];
    return names.flatMap((name) => {
      const root = readJsonNow<{ root?: unknown }>(join(this.folder, name))?.root;
      return typeof root === 'string' ? [root] : [];
    });
  }

  private file(root: string): string {
    return join(this.folder, `${createHash('sha256').update(root).digest('hex').slice(0, 16)}.json`);
  }
}
