import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { UsageError } from '../../errors.js';
import { isNotFound } from '../../project/atomic-file.js';
import type { Reporter } from '../../report/reporter.js';
import { type CarColumns, readCarHeader } from '../mapping/cars/car-header.js';
import { explainUnreadable, refuseUnlessFile } from './unreadable.js';

/** A row longer than this is an unclosed quote that swallowed the rest of the file. */
const LONGEST_ROW_BYTES = 1024 * 1024;
const LINE_END = 0x0a;
const HINT = 'Name a file with a header line and rows.';

export interface CarFile {
  readonly path: string;
  /** File name without its ending: the first part of the records' keys. */
  readonly stem: string;
  /** What records name as their source. */
  readonly source: string;
  readonly bytes: number;
  readonly columns: CarColumns;
}

export interface CsvRow {
  readonly cells: readonly string[];
  /** Line of the file on which the row ends, from 1. */
  readonly line: number;
}

/**
 * The files to seed, each with a header that was read and understood; folders stand for the CSV files in them, of which
 * those that are no used-car files are passed over with a warning.
 * @throws UsageError for a missing, unreadable, empty or wrong file, and for two files of one name (their keys would clash)
 */
export async function findCarFiles(
  paths: readonly string[],
  sourcePrefix: string,
  report: Reporter,
): Promise<readonly CarFile[]> {
  const found: CarFile[] = [];
  for (const path of paths) found.push(...(await openPath(path, sourcePrefix, report)));
  if (found.length === 0)
    throw new UsageError(`There is no used-car file in ${paths.join(', ')}`, 'Name CSV files or a folder with some.');
  for (const [index, { stem, path }] of found.entries()) {
    const twin = found.slice(0, index).find((other) => other.stem === stem);
    if (twin)
      throw new UsageError(
        `${twin.path} and ${path} would share the keys ${stem}/1, ${stem}/2, …`,
        'Rename one of the two.',
      );
  }
  return found;
}

/** About how many rows the files hold, for a progress bar: their line ends, less the headers. */
export async function estimateRows(files: readonly CarFile[]): Promise<number> {
  let lines = 0;
  for (const { path } of files) {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, at + 1)) lines += 1;
    }
  }
  return Math.max(0, lines - files.length);
}

/**
 * The rows after the header; empty lines are passed over.
 * @throws UsageError with file and line where the file stops being CSV
 */
export async function* readRows(file: CarFile): AsyncGenerator<CsvRow> {
  let line = 0;
  let isHeader = true;
  for await (const cells of openCsv(file.path)) {
    line += linesOf(cells);
    const isEmptyLine = cells.length === 1 && cells[0] === '';
    if (!isHeader && !isEmptyLine) yield { cells, line };
    isHeader = false;
  }
}

/** Counted here: the parser's own count comes with an object per row, which costs a tenth of the time of a seed. */
function linesOf(cells: readonly string[]): number {
  let lines = 1;
  for (const cell of cells) if (cell.includes('\n')) lines += cell.split('\n').length - 1;
  return lines;
}

async function openPath(path: string, sourcePrefix: string, report: Reporter): Promise<CarFile[]> {
  const info = await statOrExplain(path);
  if (!info.isDirectory()) {
    refuseUnlessFile(path, info);
    return [await openFile(path, info.size, sourcePrefix)];
  }
  const names = (await listFolder(path)).filter((name) => name.toLowerCase().endsWith('.csv')).sort();
  const files: CarFile[] = [];
  for (const name of names) {
    try {
      files.push(...(await openPath(join(path, name), sourcePrefix, report)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      report.warn(`passed over ${error.message}`);
    }
  }
  return files;
}

async function openFile(path: string, bytes: number, sourcePrefix: string): Promise<CarFile> {
  const name = basename(path);
  const header = await readHeader(path);
  if (header === undefined) throw new UsageError(`${path} is empty`, HINT);
  const file = {
    path,
    stem: name.slice(0, name.length - extname(name).length),
    source: sourcePrefix + name,
    bytes,
    columns: readCarHeader(path, header),
  };
  if (!(await hasRows(file))) throw new UsageError(`${path} has no rows`, HINT);
  return file;
}

async function hasRows(file: CarFile): Promise<boolean> {
  for await (const _first of readRows(file)) return true;
  return false;
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw explainUnreadable(path, error);
  }
}

async function readHeader(path: string): Promise<readonly string[] | undefined> {
  for await (const cells of openCsv(path)) return cells;
  return undefined;
}

async function* openCsv(path: string): AsyncGenerator<string[]> {
  const parser = parse({ bom: true, relax_column_count: true, max_record_size: LONGEST_ROW_BYTES });
  const file = createReadStream(path);
  file.once('error', (error) => parser.destroy(error));
  try {
    yield* file.pipe(parser) as AsyncIterable<string[]>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw explainUnreadable(path, error);
    const line = (error as CsvError & { lines?: number }).lines;
    throw new UsageError(
      `${path}${line ? `:${line}` : ''} is not CSV: ${error.message}`,
      'Mend that line (often a quote that is not closed).',
      {
        cause: error,
      },
    );
  } finally {
    file.destroy();
  }
}

async function statOrExplain(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (!isNotFound(error)) throw explainUnreadable(path, error);
    throw new UsageError(
      `There is no file ${path}`,
      'Name CSV files or folders; without any, the sample that comes with millrace is taken.',
    );
  }
}
