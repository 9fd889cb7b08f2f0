import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold jobs/ and templates/: the project's own first, then the package's. */
export interface JobFolders {
  readonly folders: readonly string[];
}

/** The names of all jobs, sorted; their files are not read. */
export async function jobNames({ folders }: JobFolders): Promise<string[]> {
  const names = new Set<string>();
  for (const folder of folders) {
    const files = await readdir(join(folder, 'jobs')).catch(() => []);
    for (const file of files) if (file.endsWith('.yaml')) names.add(file.slice(0, -'.yaml'.length));
  }
  return [...names].sort();
}
