import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonAtomic } from './atomic-file.js';
import { homeFile } from './project-home.js';

/** The projects of this user that have, or had, a cluster: a file for each, so that two commands never meet in one. */
export class KnownProjects {
  constructor(private readonly folder: string) {}

  async remember(root: string): Promise<void> {
    await writeJsonAtomic(this.file(root), { root });
  }

  /** One that was moved is entered in its new place instead of the old one, unless another project has that now. */
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
    const names = await readdir(this.folder).catch(() => []);
    const found = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => readJson<{ root: string }>(join(this.folder, name))),
    );
    const roots = found.flatMap((entry) => (typeof entry?.root === 'string' ? [entry.root] : []));
    const gone = roots.filter((root) => !existsSync(root));
    await Promise.all(gone.map((root) => this.forget(root)));
    return roots.filter((root) => !gone.includes(root)).sort();
  }

  private file(root: string): string {
    return join(this.folder, `${createHash('sha256').update(root).digest('hex').slice(0, 16)}.json`);
  }
}
