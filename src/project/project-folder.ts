import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const CONFIG_FILE = 'millrace.yaml';

/** Where a project keeps its things; everything millrace writes for it lies under `state`. */
export interface ProjectFolder {
  readonly root: string;
  readonly configFile: string;
  readonly state: string;
}

/** The project at `explicit`, else at the nearest parent of `cwd` with a millrace.yaml, else at `cwd` itself. */
export function findProject(cwd: string, explicit?: string): ProjectFolder {
  const root = explicit === undefined ? (nearestWithConfig(cwd) ?? cwd) : resolve(cwd, explicit);
  return { root, configFile: join(root, CONFIG_FILE), state: join(root, '.millrace') };
}

function nearestWithConfig(folder: string): string | undefined {
  if (existsSync(join(folder, CONFIG_FILE))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestWithConfig(parent);
}
