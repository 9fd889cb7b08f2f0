import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalFiles } from '../../../../src/targets/local/local-files.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = join(temporaryFolder(), 'data');
const files = new LocalFiles(root);

describe('LocalFiles', () => {
  test('makes the folders that a file needs', async () => {
    await files.put('runs/a-1/stop', 'now');
    expect(await files.read('runs/a-1/stop')).toBe('now');
    expect(files.pathForJobs('runs/a-1/stop')).toBe(join(root, 'runs', 'a-1', 'stop'));
  });

  test('replaces a file and gives it its mode', async () => {
    await files.put('run-driver.sh', 'old');
    await files.put('run-driver.sh', Buffer.from('new'), 0o755);
    expect(await files.read('run-driver.sh')).toBe('new');
    expect(statSync(join(root, 'run-driver.sh')).mode & 0o777).toBe(0o755);
  });

  test('reads, lists and tails nothing where there is no file', async () => {
    expect(await files.read('absent/file')).toBeUndefined();
    expect(await files.list('absent')).toEqual([]);
    expect(await files.tail('absent/file', 12)).toEqual({ text: '', nextByte: 0 });
  });

  test('lists names in order', async () => {
    for (const name of ['b', 'c', 'a']) await files.put(`listed/${name}`, '');
    await files.put('listed/d/e', '');
    expect(await files.list('listed')).toEqual(['a', 'b', 'c', 'd']);
  });

  test('moves a folder to a place whose parents are missing', async () => {
    await files.put('models/.new/part', 'x');
    await files.rename('models/.new', 'models/car-price/v1');
    expect(await files.list('models/car-price/v1')).toEqual(['part']);
  });

  test('removes a folder as a whole, and what is not there', async () => {
    await files.put('gone/a/b', '');
    await files.remove('gone');
    await files.remove('gone');
    expect(await files.list('gone')).toEqual([]);
  });

  test('knows how much space is left', async () => {
    expect(await files.freeBytes()).toBeGreaterThan(0);
  });
});

describe('tail', () => {
  const path = join(root, 'log');
  beforeEach(async () => {
    await files.put('other', '');
    writeFileSync(path, 'one\ntwo\n');
  });

  test('gives what was appended since the last look', async () => {
    const first = await files.tail('log', 0);
    expect(first).toEqual({ text: 'one\ntwo\n', nextByte: 8 });
    expect(await files.tail('log', first.nextByte)).toEqual({ text: '', nextByte: 8 });
    appendFileSync(path, 'three\n');
    expect(await files.tail('log', first.nextByte)).toEqual({ text: 'three\n', nextByte: 14 });
  });

  test('keeps half a line back until it is whole', async () => {
    appendFileSync(path, 'thr');
    expect(await files.tail('log', 8)).toEqual({ text: '', nextByte: 8 });
    appendFileSync(path, 'ee\nfo');
    expect(await files.tail('log', 8)).toEqual({ text: 'three\n', nextByte: 14 });
  });

  test('counts bytes, and never cuts a character', async () => {
    appendFileSync(path, 'Škoda 🚗\n');
    expect(await files.tail('log', 8)).toEqual({ text: 'Škoda 🚗\n', nextByte: 8 + Buffer.byteLength('Škoda 🚗\n') });
    const half = Buffer.from('🚗').subarray(0, 2);
    appendFileSync(path, half);
    expect((await files.tail('log', 8)).text).toBe('Škoda 🚗\n');
  });

  test('leaves what is more than asked for to the next call, and reads a line that is longer as a whole', async () => {
    appendFileSync(path, 'seventeen\nfour');
    expect(await files.tail('log', 0, 7)).toEqual({ text: 'one\n', nextByte: 4 });
    expect(await files.tail('log', 4, 7)).toEqual({ text: 'two\n', nextByte: 8 });
    expect(await files.tail('log', 8, 3)).toEqual({ text: 'seventeen\n', nextByte: 18 });
    expect(await files.tail('log', 18, 3)).toEqual({ text: '', nextByte: 18 });
  });

  test.each([
    ['the last line', -5, 'two\n'],
    ['the last line, where the byte is in the one before', -7, 'two\n'],
    ['nothing, where the byte is in the last line', -3, ''],
    ['all, where the file is no longer than that', -8, 'one\ntwo\n'],
    ['all, where it is shorter', -400_000, 'one\ntwo\n'],
  ])('counted from the end gives %s', async (_, fromByte, text) => {
    expect(await files.tail('log', fromByte)).toEqual({ text, nextByte: 8 });
  });

  test('counted from the end keeps half a line back, and has nothing where all is one', async () => {
    appendFileSync(path, 'thr');
    expect(await files.tail('log', -8)).toEqual({ text: 'two\n', nextByte: 8 });
    expect((await files.tail('log', -2)).text).toBe('');
    expect(await files.tail('absent', -8)).toEqual({ text: '', nextByte: 0 });
  });

  test('counted from the end never begins within a character', async () => {
    writeFileSync(path, '🚗🚗\nŠkoda\n');
    expect((await files.tail('log', -10)).text).toBe('Škoda\n');
  });

  test('starts over when the file became shorter', async () => {
    writeFileSync(path, 'new\n');
    expect(await files.tail('log', 8)).toEqual({ text: 'new\n', nextByte: 4 });
  });

  test.each([
    [-1, ''],
    [-4, ''],
    [-5, 'two\n'],
    [-7, 'two\n'],
    [-8, 'one\ntwo\n'],
    [-99, 'one\ntwo\n'],
  ])('gives whole lines of the last bytes: %p', async (fromByte, text) => {
    expect(await files.tail('log', fromByte)).toEqual({ text, nextByte: 8 });
  });
});
