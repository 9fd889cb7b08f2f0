import type { TransformOptions } from 'node:stream';
import { CsvError, type Options, type Parser, parse } from 'csv-parse';
import { UsageError } from '../../errors.js';
import { FileSource } from './file-source.js';
import { type InputFile, type InputOptions, openInputs } from './input-file.js';
import type { FoundItem } from './source.js';

/** A row is longer than this only when a quote is not closed, so that the rest of the file belongs to the row. */
const LONGEST_ROW_BYTES = 1024 * 1024;
/** All rows of a chunk are in memory at once. With small chunks they are freed before the garbage collector copies them. */
const CHUNK_BYTES = 64 * 1024;
const LINE_END = 0x0a;
const PARSING: Options & TransformOptions = {
  bom: true,
  relax_column_count: true,
  max_record_size: LONGEST_ROW_BYTES,
  // The parser must hold all rows of a chunk: they are read from it only once the chunk is parsed.
  readableHighWaterMark: Number.MAX_SAFE_INTEGER,
};
const HINT = 'Name a file with a header line and rows.';

export interface CsvFile<Columns> extends InputFile {
  /** Read from its first line. */
  readonly columns: Columns;
}

export interface CsvRow<Columns> {
  readonly cells: readonly string[];
  /** Counted from 1 below the header; empty lines do not count. */
  readonly row: number;
  readonly file: CsvFile<Columns>;
}

/** Which CSV files a seed takes. */
export interface CsvKind<Columns> {
  /** `used-car file`. */
  readonly what: string;
  /** @throws UsageError for the first line of another kind of file */
  readColumns(path: string, header: readonly string[]): Columns;
}

/**
 * Opens the CSV files to seed and reads their headers. A folder stands for the CSV files in it; those of another kind are skipped
 * with a warning.
 * @throws UsageError for a missing, unreadable, empty or wrong file, and for two of one name (their keys would clash)
 */
export async function openCsvFiles<Columns>(
  options: InputOptions,
  kind: CsvKind<Columns>,
): Promise<FileSource<CsvRow<Columns>, CsvFile<Columns>>> {
  const files = await openInputs(options, {
    ending: '.csv',
    missingHint: 'Name CSV files or folders; without any, the sample that comes with millrace is taken.',
    prepare: (file) => readHeader(file, kind),
    clashes: {
      identify: ({ stem }) => stem,
      describe: ({ path, stem }, other) =>
        new UsageError(
          `${path} and ${other.path} would share the keys ${stem}/1, ${stem}/2, …`,
          'Rename one of the two.',
        ),
    },
  });
  if (files.length === 0)
    throw new UsageError(
      `There is no ${kind.what} in ${options.paths.join(', ')}`,
      'Name CSV files or a folder with some.',
    );
  return new FileSource({ files, read: readRows, estimate: countRows, labelOf: (file) => file?.stem ?? '' });
}

async function readHeader<Columns>(file: InputFile, kind: CsvKind<Columns>): Promise<CsvFile<Columns>> {
  let columns: { readonly of: Columns } | undefined;
  for await (const rows of parseCsv(file)) {
    for (const cells of rows) {
      if (columns && !isEmptyLine(cells)) return { ...file, columns: columns.of };
      columns ??= { of: kind.readColumns(file.path, cells) };
    }
  }
  throw new UsageError(`${file.path} ${columns ? 'has no rows' : 'is empty'}`, HINT);
}

/** An estimate for the progress bar: the line ends, without that of the header. */
async function countRows(file: InputFile): Promise<number> {
  let lines = 0;
  for await (const chunk of file.chunks(CHUNK_BYTES)) {
    for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, at + 1)) lines += 1;
  }
  return Math.max(0, lines - 1);
}

/** The rows after the header, each with the line on which it ends; empty lines are skipped. */
async function* readRows<Columns>(file: CsvFile<Columns>): AsyncGenerator<FoundItem<CsvRow<Columns>>[]> {
  let [line, row, isHeader] = [0, 0, true];
  for await (const batch of parseCsv(file)) {
    const items: FoundItem<CsvRow<Columns>>[] = [];
    for (const cells of batch) {
      line += linesOf(cells);
      if (!isHeader && !isEmptyLine(cells)) items.push({ at: line, raw: { cells, row: ++row, file } });
      isHeader = false;
    }
    yield items;
  }
}

function isEmptyLine(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === '';
}

/** Not from the parser: it counts lines only with an object per row, which costs a tenth of the time of a seed. */
function linesOf(cells: readonly string[]): number {
  let lines = 1;
  for (const cell of cells) if (cell.includes('\n')) lines += cell.split('\n').length - 1;
  return lines;
}

/** @throws UsageError with file and line where the file stops being CSV */
async function* parseCsv({ path, chunks }: InputFile): AsyncGenerator<string[][]> {
  const parser = parse(PARSING);
  parser.on('error', () => undefined); // the callback of the write gets it, too
  try {
    for await (const chunk of chunks(CHUNK_BYTES)) {
      await asPromise((done) => parser.write(chunk, done));
      yield takeRows(parser);
    }
    await asPromise((done) => parser.end(done));
    yield takeRows(parser);
  } catch (error) {
    throw error instanceof CsvError ? notCsv(path, error) : error;
  } finally {
    parser.destroy();
  }
}

function asPromise(act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
}

function takeRows(parser: Parser): string[][] {
  const rows: string[][] = [];
  for (let cells = parser.read(); cells !== null; cells = parser.read()) rows.push(cells);
  return rows;
}

function notCsv(path: string, error: CsvError): UsageError {
  const line = (error as CsvError & { lines?: number }).lines;
  return new UsageError(
    `${path}${line ? `:${line}` : ''} is not CSV: ${error.message}`,
    'Fix that line (often a quote that is not closed).',
    { cause: error },
  );
}
