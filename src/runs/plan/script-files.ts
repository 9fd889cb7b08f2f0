import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { UsageError } from '../../errors.js';
import { isNotFound } from '../../project/atomic-file.js';
import { importedModules, isStreaming } from './python-imports.js';

const MB = 1024 ** 2;
/** A script is written by hand: a larger file is a mistake. */
const LARGEST_MB = 5;
const LONGEST_NAME = 80;

export interface ScriptFile {
  /** Relative to the script's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface CollectedScript {
  /** What its runs are called. */
  readonly name: string;
  readonly kind: 'streaming' | 'batch';
  /** The script first, then the files that it imports from its own folder. */
  readonly files: readonly ScriptFile[];
}

/**
 * A user's script with the modules and packages of its folder that it imports, directly or through others.
 * @throws UsageError for a path that is no Python script, or that cannot be read
 */
export async function collectScript(path: string): Promise<CollectedScript> {
  const script = basename(path);
  if (!script.endsWith('.py')) throw new UsageError(`${path} is no Python script`, 'Name a file that ends in .py.');
  const files = await collectFiles(path);
  // The stream may be in a module. A batch taken for a stream still ends, but a stream taken for a batch is waited for.
  const kind = files.some(({ text }) => isStreaming(text)) ? 'streaming' : 'batch';
  return { name: nameFor(script), kind, files };
}

/** The files that are found are searched for imports, too: the list grows during the loop. */
async function collectFiles(path: string): Promise<ScriptFile[]> {
  const folder = dirname(path);
  const files = [{ path: basename(path), text: await readScript(path) }];
  const beside = await readdir(folder);
  for (const { text } of files) {
    for (const file of await importedFiles(folder, beside, text)) {
      if (files.some((known) => known.path === file)) continue;
      files.push({ path: file, text: await readScript(join(folder, file)) });
      refuseTooLarge(`${path} with what it imports`, sizeOf(files));
    }
  }
  return files;
}

async function importedFiles(folder: string, beside: readonly string[], source: string): Promise<string[]> {
  const modules = importedModules(source);
  const names = beside.filter((name) => modules.has(name.replace(/\.py$/, '')));
  return (await Promise.all(names.map((name) => filesOf(folder, name)))).flat();
}

/** The file of a module, or all Python files of a package; nothing of a folder that is no package. */
async function filesOf(folder: string, name: string): Promise<string[]> {
  if (name.endsWith('.py')) return [name];
  const entries = await readdir(join(folder, name), { recursive: true }).catch(() => []);
  const paths = entries.map((entry) => entry.replaceAll('\\', '/')).filter((entry) => entry.endsWith('.py'));
  return paths.includes('__init__.py') ? paths.sort().map((entry) => posix.join(name, entry)) : [];
}

async function readScript(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw new UsageError(`${path} is a folder, not a script`, 'Name the script in it.');
    refuseTooLarge(path, facts.size);
    return decode(path, await readFile(path));
  } catch (error) {
    throw explainReadError(path, error);
  }
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${path} is not UTF-8`, 'Save it as UTF-8.', { cause });
  }
}

function explainReadError(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  if (isNotFound(error)) return new UsageError(`There is no script ${path}`, 'Check its path.');
  const hint = 'Give yourself the right to read it, or name another script.';
  return new UsageError(`${path} cannot be read (${code})`, hint, { cause: error });
}

function refuseTooLarge(what: string, bytes: number): void {
  if (bytes <= LARGEST_MB * MB) return;
  throw new UsageError(
    `${what} is larger than ${LARGEST_MB} MB`,
    'Data does not belong in a script: read it from a topic.',
  );
}

function sizeOf(files: readonly ScriptFile[]): number {
  return files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

/** The file's name without its ending, as the name of a run: `Wörter zählen.py` becomes `Worter-zahlen`. */
function nameFor(script: string): string {
  const ascii = script.slice(0, -'.py'.length).normalize('NFKD').replace(/\p{M}/gu, '');
  const name = ascii.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
  return name.slice(0, LONGEST_NAME) || 'script';
}
