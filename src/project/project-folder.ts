import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.js';

const CONFIG_FILE = 'millrace.yaml';

/** Where a project keeps its things; everything millrace writes for it lies under `state`. */
export interface ProjectFolder {
  readonly root: string;
  readonly configFile: string;
  readonly state: string;
}

/**
 * The project at `explicit`, else at the nearest parent of `cwd` with a millrace.yaml, else at `cwd` itself.
 * @throws UsageError for a file, and for a folder that Spark could write to but not read from
 */
export function findProject(cwd: string, explicit?: string): ProjectFolder {
  const root = checkFolder(explicit === undefined ? (nearestWithConfig(cwd) ?? cwd) : resolve(cwd, explicit));
  return { root, configFile: join(root, CONFIG_FILE), state: join(root, '.millrace') };
}

/** A folder that is not there yet is fine: it is made once something is written. */
function checkFolder(root: string): string {
  const there = nearestExisting(root);
  if (!statSync(there).isDirectory()) {
    throw new UsageError(`${there} is a file, not a folder`, 'Name the folder of the project, or one to be made.');
  }
  return checkForPattern(root);
}

function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}

/** In a path that it reads, Hadoop takes these characters for a pattern; in one that it writes, for themselves. */
function checkForPattern(root: string): string {
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
