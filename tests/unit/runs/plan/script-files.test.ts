import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importedModules, isStreaming } from '../../../../src/runs/plan/python-imports.js';
import { collectScript } from '../../../../src/runs/plan/script-files.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
let count = 0;

/** A new folder with these files. */
function makeFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, `it's ${++count}`);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const pathsOf = async (files: Readonly<Record<string, string>>, script = 'job.py') =>
  (await collectScript(join(makeFolder(files), script))).files.map(({ path }) => path);

describe('importedModules', () => {
  test.each([
    ['import a', ['a']],
    ['import a.b.c as d, e as f, g', ['a', 'e', 'g']],
    ['import a, \\\n  b', ['a', 'b']],
    ['from a.b import (\n  c,\n  d,\n)', ['a']],
    ['  from a import b  # import z', ['a']],
    ['import a # , b', ['a']],
    ['import a; from b import c\r\nimport d\r\n', ['a', 'b', 'd']],
    ['try: import a\nexcept ImportError: import b', ['a', 'b']],
    ['import zähler', ['zähler']],
    ['from . import a\nfrom .b import c', []],
    ['# import a\nimportant = 1\nfrom_ = important', []],
  ])('finds in %p: %p', (source, modules) => {
    expect([...importedModules(source)]).toEqual(modules);
  });
});

describe('isStreaming', () => {
  test.each([
    ['df.writeStream.start()', true],
    ['df = spark.readStream', true],
    ['(df\n  . writeStream\n)', true],
    ['# df.writeStream\ndf.write.save("a")', false],
    ['spark.read.load()  # not .readStream', false],
    ['writeStream = 1', false],
  ])('of %p is %p', (source, is) => {
    expect(isStreaming(source)).toBe(is);
  });
});

describe('collectScript', () => {
  test('takes only the script if it imports nothing from its folder', async () => {
    const text = 'import json\nfrom pyspark.sql import SparkSession\n';
    const folder = makeFolder({ 'job.py': text, 'other.py': '' });
    expect(await collectScript(join(folder, 'job.py'))).toEqual({
      name: 'job',
      kind: 'batch',
      files: [{ path: 'job.py', text }],
    });
  });

  test('takes the modules of its folder, and what these import, each once', async () => {
    const files = {
      'job.py': 'import a\nfrom b import c',
      'a.py': 'import b, job',
      'b.py': 'def f():\n    import d',
      'd.py': '',
      'e.py': '',
    };
    expect(await pathsOf(files)).toEqual(['job.py', 'a.py', 'b.py', 'd.py']);
  });

  test('takes packages as a whole, and modules that these import', async () => {
    const files = {
      'job.py': 'from pack.deep.inner import x',
      'pack/__init__.py': '',
      'pack/deep/__init__.py': 'from .. import more',
      'pack/deep/inner.py': 'import beside',
      'pack/more.py': '',
      'pack/data.csv': 'a',
      'pack/__pycache__/more.cpython-311.pyc': 'x',
      'beside.py': '',
    };
    expect((await pathsOf(files)).sort()).toEqual(
      ['job.py', 'pack/__init__.py', 'pack/deep/__init__.py', 'pack/deep/inner.py', 'pack/more.py', 'beside.py'].sort(),
    );
  });

  test('leaves a folder that is no package', async () => {
    expect(await pathsOf({ 'job.py': 'import data', 'data/rows.py': '' })).toEqual(['job.py']);
  });

  test('finds a stream in a module that it imports', async () => {
    const folder = makeFolder({ 'job.py': 'import sink', 'sink.py': 'def go(df): df.writeStream.start()' });
    expect(await collectScript(join(folder, 'job.py'))).toMatchObject({ kind: 'streaming' });
  });

  test('reads a file with a byte-order mark as the text behind it', async () => {
    const folder = makeFolder({ 'job.py': '\ufeffprint("ž")\n' });
    expect((await collectScript(join(folder, 'job.py'))).files[0]?.text).toBe('print("ž")\n');
  });

  test.each([
    ['my_job.py', 'my_job'],
    ['My.Job-2.py', 'My.Job-2'],
    ['Wörter zählen (2).py', 'Worter-zahlen-2'],
    ['_private.py', 'private'],
    ['数.py', 'script'],
    [`${'x'.repeat(120)}.py`, 'x'.repeat(80)],
  ])('calls the runs of %p %p', async (script, name) => {
    expect(await collectScript(join(makeFolder({ [script]: '' }), script))).toMatchObject({ name });
  });
});

describe('collectScript refuses', () => {
  const failure = (file: string, files: Readonly<Record<string, string | Uint8Array>> = {}) =>
    failureOf(collectScript(join(makeFolder({ 'there.txt': '', ...files }), file)));

  test('a script that is not there', async () => {
    expect(await failure('job.py')).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/^There is no script .*job\.py$/),
    });
  });

  test.each([
    ['a folder', 'is a folder, not a script', { 'job.py/x': '' }],
    ['other text than UTF-8', 'is not UTF-8', { 'job.py': Buffer.from('print("\xe4")', 'latin1') }],
    ['more than 5 MB', 'is larger than 5 MB', { 'job.py': ' '.repeat(5 * 1024 ** 2 + 1) }],
    [
      'modules that come to more',
      'with what it imports is larger than 5 MB',
      { 'job.py': 'import a, b', 'a.py': ' '.repeat(3e6), 'b.py': ' '.repeat(3e6) },
    ],
    ['a module that cannot be read as one', 'a.py is not UTF-8', { 'job.py': 'import a', 'a.py': Buffer.from([0xff]) }],
  ])('%s', async (_, message, files) => {
    expect(await failure('job.py', files)).toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) });
  });

  test('what is no Python script', async () => {
    expect(await failure('there.txt')).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('no Python script'),
    });
  });

  test('a file that may not be read', async () => {
    const folder = makeFolder({ 'there.txt': '' });
    symlinkSync('job.py', join(folder, 'job.py'));
    expect(await failureOf(collectScript(join(folder, 'job.py')))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('cannot be read (ELOOP)'),
    });
  });
});
