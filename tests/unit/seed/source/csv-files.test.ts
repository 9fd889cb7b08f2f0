import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { readCarHeader } from '../../../../src/seed/mapping/cars/car-header.js';
import { openCsvFiles } from '../../../../src/seed/source/csv-files.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const HEADER = 'model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize';
const ROW = 'A1,2017,12500,Manual,15735,Petrol,150,55.4,1.4';
const cells = ROW.split(',');

let count = 0;
/** A new folder with these files. */
function folderOf(files: Record<string, string | Buffer>): string {
  const folder = join(root, String(++count));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const find = (paths: readonly string[], sourcePrefix = '', report = new RecordingReporter()) =>
  openCsvFiles({ paths, sourcePrefix, report }, { what: 'used-car file', readColumns: readCarHeader });

async function readAll(source: Awaited<ReturnType<typeof find>>) {
  const rows: { cells: readonly string[]; row: number; line: number | string }[] = [];
  for await (const { items } of source.batches()) {
    for (const found of items)
      if ('raw' in found) rows.push({ cells: found.raw.cells, row: found.raw.row, line: found.at });
  }
  return rows;
}

/** What is found in a file of this text. */
async function rowsOf(text: string | Buffer) {
  const source = await find([join(folderOf({ 'cars.csv': text }), 'cars.csv')]);
  return readAll(source).finally(() => source.close());
}

describe('rows of CSV files', () => {
  test.each([
    ['plain lines', `${HEADER}\n${ROW}\n${ROW}\n`],
    ['no end of the last line', `${HEADER}\n${ROW}\n${ROW}`],
    ['CRLF', `${HEADER}\r\n${ROW}\r\n${ROW}\r\n`],
    ['a byte order mark', `\ufeff${HEADER}\n${ROW}\n${ROW}\n`],
    ['everything in quotes', `"${HEADER.replaceAll(',', '","')}"\n${ROW}\n"${ROW.replaceAll(',', '","')}"\n`],
  ])('reads %s', async (_, text) => {
    expect(await rowsOf(text)).toEqual([
      { cells, row: 1, line: 2 },
      { cells, row: 2, line: 3 },
    ]);
  });

  test('passes over empty lines, and counts them', async () => {
    expect(await rowsOf(`${HEADER}\n\n${ROW}\n\n\n${ROW}\n\n`)).toEqual([
      { cells, row: 1, line: 3 },
      { cells, row: 2, line: 6 },
    ]);
  });

  test('keeps commas, quotes and line ends inside quotes, and the lines true', async () => {
    const odd = ROW.replace('A1', '"A1, the ""first""\nof them"');
    const rows = await rowsOf(`${HEADER}\n${odd}\n${ROW}\n`);
    expect(rows.map(({ cells: [model], line }) => [model, line])).toEqual([
      ['A1, the "first"\nof them', 3],
      ['A1', 4],
    ]);
  });

  test('gives rows that are too short or too long as they are', async () => {
    expect((await rowsOf(`${HEADER}\nA1\n${ROW},x,y\n`)).map((row) => row.cells.length)).toEqual([1, 11]);
  });

  test('reads a header whose £ is not UTF-8', async () => {
    const text = Buffer.from(`${HEADER.replace('tax', 'tax(£)')}\n${ROW}\n`, 'latin1');
    expect(await rowsOf(text)).toEqual([{ cells, row: 1, line: 2 }]);
  });

  test('reads a file longer than many chunks', async () => {
    const rows = await rowsOf(`${HEADER}\n${`${ROW}\n`.repeat(20_000)}`);
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)).toEqual({ cells, row: 20_000, line: 20_001 });
  });

  test.each([
    ['that is short', ''],
    ['that goes on for megabytes', `${ROW}\n`.repeat(60_000)],
  ])('names the file where a quote is never closed, in a file %s', async (_, rest) => {
    const path = join(folderOf({ 'open.csv': `${HEADER}\n${ROW}\n"A1${ROW}\n${rest}` }), 'open.csv');
    const source = await find([path]);
    const failure = await failureOf(() => readAll(source));
    await source.close();
    expect(failure).toMatchObject({ code: 'USAGE', exitCode: 2, message: expect.stringContaining(`${path}:`) });
    expect((failure as Error).message).toContain('is not CSV');
  });
});

describe('the total of CSV files', () => {
  test('is told by the lines of all of them, without their headers', async () => {
    const folder = folderOf({
      'a.csv': `${HEADER}\n${ROW}\n${ROW}\n`,
      'b.csv': `${HEADER}\n${ROW}\n`,
    });
    const source = await find([join(folder, 'a.csv'), join(folder, 'b.csv')]);
    expect(await source.estimateTotal?.()).toBe(3);
    await source.close();
  });
});

describe('openCsvFiles', () => {
  test('describes a file', async () => {
    const path = join(folderOf({ 'audi.2020.csv': `${HEADER}\n${ROW}\n` }), 'audi.2020.csv');
    const source = await find([path], 'sample/');
    expect(source.names).toEqual(['sample/audi.2020.csv']);
    expect(source.files).toMatchObject([
      {
        path,
        stem: 'audi.2020',
        source: 'sample/audi.2020.csv',
        bytes: HEADER.length + ROW.length + 2,
        columns: expect.objectContaining({ width: 9 }),
      },
    ]);
    await source.close();
  });

  test('takes the CSV files of a folder in order, and passes over wrong ones with a warning', async () => {
    const folder = folderOf({
      'vw.CSV': `${HEADER}\n${ROW}\n`,
      'audi.csv': `${HEADER}\n${ROW}`,
      'header.csv': `${HEADER}\n`,
      'unclean cclass.csv': 'a,b\n1,2\n',
      'empty.csv': '',
      'readme.txt': HEADER,
    });
    const report = new RecordingReporter();
    const source = await find([folder], '', report);
    expect(source.files.map(({ stem }) => stem)).toEqual(['audi', 'vw']);
    await source.close();
    expect(report.warnings).toEqual([
      `skipped: ${join(folder, 'empty.csv')} is empty`,
      `skipped: ${join(folder, 'header.csv')} has no rows`,
      expect.stringMatching(/^skipped: .*unclean cclass\.csv is not a used-car file: /),
    ]);
  });

  test.each([
    ['that is missing', (folder: string) => join(folder, 'absent.csv'), /^There is no file .*absent\.csv$/],
    ['below a file', (folder: string) => join(folder, 'empty.csv', 'x.csv'), /^There is no file /],
    ['that is empty', (folder: string) => join(folder, 'empty.csv'), /empty\.csv is empty$/],
    ['that has no rows', (folder: string) => join(folder, 'header.csv'), /header\.csv has no rows$/],
    ['that has empty lines for rows', (folder: string) => join(folder, 'blank.csv'), /blank\.csv has no rows$/],
    ['that has another header', (folder: string) => join(folder, 'other.csv'), /other\.csv is not a used-car file: /],
  ])('refuses a file %s when it was named', async (_, pathIn, message) => {
    const folder = folderOf({
      'empty.csv': '',
      'other.csv': 'a,b\n',
      'header.csv': HEADER,
      'blank.csv': `${HEADER}\n\n\n`,
    });
    const failure = await failureOf(find([pathIn(folder)]));
    expect(failure).toMatchObject({ code: 'USAGE', exitCode: 2, message: expect.stringMatching(message) });
  });

  test('refuses a folder without any', async () => {
    const folder = folderOf({ 'readme.txt': '' });
    expect(await failureOf(find([folder]))).toMatchObject({ message: `There is no used-car file in ${folder}` });
  });

  test('says why a path cannot be read', async () => {
    const folder = folderOf({});
    symlinkSync('loop.csv', join(folder, 'loop.csv'));
    const failure = await failureOf(find([join(folder, 'loop.csv')]));
    expect(failure).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/loop\.csv cannot be read: .*ELOOP/),
    });
  });

  test('says why a file that is there gives nothing', async () => {
    expect(await failureOf(find(['/proc/self/mem']))).toMatchObject({
      code: 'USAGE',
      message: '/proc/self/mem cannot be read: i/o error (EIO)',
    });
  });

  test('refuses a pipe, which would lose what a first look takes from it', async () => {
    const path = join(folderOf({}), 'pipe.csv');
    execFileSync('mkfifo', [path]);
    expect(await failureOf(find([path]))).toMatchObject({
      code: 'USAGE',
      message: `${path} is not a regular file, and can be read only once`,
    });
  });

  test('refuses two of one name, whose keys would clash', async () => {
    const text = `${HEADER}\n${ROW}\n`;
    const [first, second] = [folderOf({ 'audi.csv': text }), folderOf({ 'audi.csv': text })];
    const failure = (await failureOf(find([first, second]))) as Error;
    expect(failure.message).toBe(
      `${join(first, 'audi.csv')} and ${join(second, 'audi.csv')} would share the keys audi/1, audi/2, …`,
    );
    expect(await failureOf(find([join(first, 'audi.csv'), join(first, 'audi.csv')]))).toMatchObject({ code: 'USAGE' });
  });

  const many = () => {
    const names = Array.from({ length: 130 }, (_, number) => `${String(number).padStart(3, '0')}.csv`);
    return folderOf(Object.fromEntries(names.map((name) => [name, `${HEADER}\n${ROW}\n`])));
  };
  const openIn = (folder: string) =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(join('/proc/self/fd', fd)).startsWith(folder);
      } catch {
        return false; // the folder of descriptors itself, which is closed by now
      }
    }).length;

  test('reads many files with few of them open', async () => {
    const folder = many();
    const source = await find([folder]);
    try {
      expect(openIn(folder)).toBe(100);
      expect(await source.estimateTotal?.()).toBe(130);
      expect((await readAll(source)).length).toBe(130);
      expect(openIn(folder)).toBe(100);
    } finally {
      await source.close();
    }
    expect(openIn(folder)).toBe(0);
  });

  test('refuses another file in the place of one that is not open any more', async () => {
    const folder = many();
    const source = await find([folder]);
    try {
      writeFileSync(join(folder, 'new'), `${HEADER}\n${ROW}\n${ROW}\n`);
      renameSync(join(folder, 'new'), join(folder, '129.csv'));
      expect(await failureOf(readAll(source))).toMatchObject({
        code: 'USAGE',
        message: `${join(folder, '129.csv')} was replaced while it was read`,
      });
    } finally {
      await source.close();
    }
  });

  test('opens a file once, and closes it, whatever is read of it', async () => {
    const text = `${HEADER}\n${`${ROW}\n`.repeat(9_000)}`;
    const folder = folderOf({ 'a.csv': text, 'wrong.csv': 'a,b\n' });
    const source = await find([folder]);
    expect(openIn(folder)).toBe(1);
    renameSync(join(folder, 'a.csv'), join(folder, 'elsewhere'));
    await source.check(new AbortController().signal);
    expect(await source.estimateTotal?.()).toBe(9_000);
    for (let reading = 0; reading < 2; reading++) expect(await readAll(source)).toHaveLength(9_000);
    expect(openIn(folder)).toBe(1);
    await source.close();
    expect(openIn(folder)).toBe(0);
  });
});
