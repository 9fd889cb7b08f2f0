import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.js';

export const CONFIG_FILE = 'millrace.yaml';

/** Where a project keeps its things; everything millrace writes for it lies under `state`. */
export interface ProjectFolder {
  readonly root: string;
  readonly configFile: string;
  readonly state: string;
}

/**
 * The project at `explicit`, else at the nearest parent of `cwd` with a millrace.yaml, else at `cwd` itself.
 * @throws UsageError for a folder that Spark could write to and not read from
 */
export function findProject(cwd: string, explicit?: string): ProjectFolder {
  const root = checkFolder(explicit === undefined ? (nearestWithConfig(cwd) ?? cwd) : resolve(cwd, explicit));
  return { root, configFile: join(root, CONFIG_FILE), state: join(root, '.millrace') };
}

/** Hadoop takes these for patterns when it reads a path, and for themselves when it writes one. */
function checkFolder(root: string): string {
  const [pattern] = /[[\]{}?*]/.exec(root) ?? [];
  if (pattern === undefined) return root;
  throw new UsageError(
    `The project folder ${root} has \`${pattern}\` in its path, which Spark takes for a pattern`,
    'Use a folder without [ ] { } ? and *.',
  );
}

function nearestWithConfig(folder: string): string | undefined {
  if (existsSync(join(folder, CONFIG_FILE))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestWithConfig(parent);
}
