import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { UsageError } from '../../errors.js';
import { isNotFound } from '../../project/atomic-file.js';
import type { Reporter } from '../../report/reporter.js';
import type { FileIdentity } from './source.js';
import { explainUnreadable, refuseUnlessFile } from './unreadable.js';

/** A file that is opened once, and read several times, each time from its beginning. */
export interface InputFile extends FileIdentity {
  readonly path: string;
  /** The file name without its ending. */
  readonly stem: string;
  /** Its name in records, in the ledger and in positions. */
  readonly source: string;
  readonly bytes: number;
  /** Its content in chunks of this size. @throws UsageError where the system cannot read it */
  chunks(chunkBytes: number): AsyncIterable<Buffer>;
  /** Closes the file; a later reading opens it again, and refuses another file in its place. */
  release(): Promise<void>;
}

export interface InputOptions {
  /** Files or folders. */
  readonly paths: readonly string[];
  /** The beginning of each file's `source`: `generated/` for a shipped sample. */
  readonly sourcePrefix: string;
  readonly report: Reporter;
}

/** Which files a source takes. */
export interface InputKind<File extends InputFile> {
  /** Set where folders are taken: a folder stands for its files with this ending, and unusable ones are skipped. */
  readonly ending?: string;
  /** The hint where a file is missing. */
  readonly missingHint: string;
  /** Reads the beginning of a file. @throws UsageError for an unusable one */
  readonly prepare: (file: InputFile) => Promise<File>;
  /** Which files cannot be seeded together; by default those of the same name. */
  readonly clashes?: ClashRule;
}

export interface ClashRule {
  /** Two files with the same value clash. */
  identify(file: InputFile): string;
  describe(first: InputFile, second: InputFile): UsageError;
}

/** More files are released until they are read: a system allows a process 1,024 open files, or even fewer. */
const MOST_OPEN = 100;

/** The ledger and the reports know files by their names alone. */
const SAME_FILE_NAME: ClashRule = {
  identify: ({ source }) => source,
  describe: ({ path }, other) =>
    new UsageError(`${path} and ${other.path} have the same name`, 'Name a file once, or rename one of the two.'),
};

/**
 * Opens each file once and prepares it; folders stand for the files in them.
 * @throws UsageError for a file that is missing, unreadable, not a regular file or unusable, and for two files that clash
 */
export async function openInputs<File extends InputFile>(
  { paths, sourcePrefix, report }: InputOptions,
  kind: InputKind<File>,
): Promise<readonly File[]> {
  const files: File[] = [];
  try {
    for (const path of paths) {
      if (!(await isFolder(path, kind))) await addFile(path, sourcePrefix, kind, files);
      else await openFolder(path, sourcePrefix, kind, report, files);
    }
    refuseClashes(files, kind.clashes ?? SAME_FILE_NAME);
    return files;
  } catch (error) {
    await releaseAll(files);
    throw error;
  }
}

export async function releaseAll(files: readonly InputFile[]): Promise<void> {
  await Promise.all(files.map((file) => file.release()));
}

async function isFolder<File extends InputFile>(path: string, kind: InputKind<File>): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    if (!isNotFound(cause)) throw explainUnreadable(path, cause);
    throw new UsageError(`There is no file ${path}`, kind.missingHint, { cause });
  });
  if (!found.isDirectory()) {
    refuseUnlessFile(path, found);
    return false;
  }
  if (kind.ending !== undefined) return true;
  throw new UsageError(`${path} is a folder, not a file`, 'Name the files in it one by one.');
}

async function openFolder<File extends InputFile>(
  folder: string,
  sourcePrefix: string,
  kind: InputKind<File>,
  report: Reporter,
  files: File[],
): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw explainUnreadable(folder, error);
  });
  for (const name of names.filter((each) => each.toLowerCase().endsWith(kind.ending ?? '')).sort()) {
    const path = join(folder, name);
    try {
      if (await isFolder(path, kind)) await openFolder(path, sourcePrefix, kind, report, files);
      else await addFile(path, sourcePrefix, kind, files);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      report.warn(`skipped: ${error.message}`);
    }
  }
}

async function addFile<File extends InputFile>(
  path: string,
  sourcePrefix: string,
  kind: InputKind<File>,
  files: File[],
): Promise<void> {
  const file = await openFile(path, sourcePrefix, kind);
  if (files.push(file) > MOST_OPEN) await file.release();
}

async function openFile<File extends InputFile>(
  path: string,
  sourcePrefix: string,
  kind: InputKind<File>,
): Promise<File> {
  const file = await openInput(path, sourcePrefix);
  try {
    return await kind.prepare(file);
  } catch (error) {
    await file.release();
    throw error;
  }
}

async function openInput(path: string, sourcePrefix: string): Promise<InputFile> {
  const { handle, found } = await openRegular(path);
  let isOpen = true;
  const name = basename(path);
  return {
    path,
    stem: name.slice(0, name.length - extname(name).length),
    source: sourcePrefix + name,
    bytes: found.size,
    dev: found.dev,
    ino: found.ino,
    async *chunks(chunkBytes) {
      const own = isOpen ? undefined : await openAgain(path, found);
      try {
        yield* readChunks(own ?? handle, path, chunkBytes);
      } finally {
        await own?.close();
      }
    },
    async release() {
      if (isOpen) await handle.close();
      isOpen = false;
    },
  };
}

interface OpenedFile {
  readonly handle: FileHandle;
  readonly found: Stats;
}

async function openRegular(path: string): Promise<OpenedFile> {
  // Without O_NONBLOCK this would hang if a pipe has taken the file's place meanwhile.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw explainUnreadable(path, error);
  });
  try {
    return { handle, found: await handle.stat() };
  } catch (error) {
    await handle.close();
    throw explainUnreadable(path, error);
  }
}

/** @throws UsageError for another file than before */
async function openAgain(path: string, before: Stats): Promise<FileHandle> {
  const { handle, found } = await openRegular(path);
  if (found.dev === before.dev && found.ino === before.ino) return handle;
  await handle.close();
  throw new UsageError(`${path} was replaced while it was read`, 'Seed it again once nobody changes it.');
}

async function* readChunks(handle: FileHandle, path: string, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, position).catch((error: unknown) => {
      throw explainUnreadable(path, error);
    });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function refuseClashes(files: readonly InputFile[], rule: ClashRule): void {
  const first = new Map<string, InputFile>();
  for (const file of files) {
    const other = first.get(rule.identify(file));
    if (other) throw rule.describe(other, file);
    first.set(rule.identify(file), file);
  }
}
