import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { PlainEnvironment } from './run-command.js';

/** The absolute path of a program, or undefined. A name with a slash is taken as it is; relative PATH entries are skipped. */
export async function findOnPath(name: string, env: PlainEnvironment): Promise<string | undefined> {
  if (name.includes('/')) return (await isProgram(name)) ? name : undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of folders) {
    const candidate = join(folder, name);
    if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
