import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { RecordFile } from '../../../../src/seed/engine/record-file.js';
import { openStoryFiles } from '../../../../src/seed/source/story-files.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();

async function keep(path: string, ...stories: unknown[]): Promise<void> {
  const file = await RecordFile.open(path);
  for (const story of stories) file.keep(JSON.stringify(story));
  await file.close();
}

async function idsIn(path: string): Promise<unknown[]> {
  const ids: unknown[] = [];
  const source = await openStoryFiles({ paths: [path], sourcePrefix: '', report: new RecordingReporter() });
  for await (const { items } of source.batches())
    for (const found of items) ids.push('raw' in found ? (found.raw as { id: number }).id : 'problem');
  await source.close();
  return ids;
}

describe('RecordFile', () => {
  test('keeps stories as they came, behind those of earlier times, and a seed reads them back', async () => {
    const path = join(root, 'kept.ndjson');
    await keep(path, { id: 1, title: 'line\nfeed', odd: [null, 0.5] });
    await keep(path);
    await keep(path, { id: 2 }, { id: 3 });
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('{"id":1,"title":"line\\nfeed","odd":[null,0.5]}');
    expect(await idsIn(path)).toEqual([1, 2, 3]);
  });

  test('loses one line to a kill that cut it off, and not the next one', async () => {
    const path = join(root, 'torn.ndjson');
    await keep(path, { id: 1 }, { id: 2 });
    appendFileSync(path, '{"id":3,"tit');
    await keep(path, { id: 4 });
    expect(await idsIn(path)).toEqual([1, 2, 'problem', 4]);
  });

  test('has written all when it is flushed', async () => {
    const path = join(root, 'flushed.ndjson');
    writeFileSync(path, '{"id":1}\n');
    const file = await RecordFile.open(path);
    file.keep('{"id":2}');
    await file.flush();
    expect(await idsIn(path)).toEqual([1, 2]);
    await file.close();
  });

  test('begins with the first line that is asked for, and goes on behind no other', async () => {
    const path = join(root, 'kept.csv');
    for (const line of ['audi,A1', 'bmw,X1']) {
      const file = await RecordFile.open(path, 'make,model');
      file.keep(line);
      await file.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('make,model\naudi,A1\nbmw,X1\n');
    expect(await failureOf(RecordFile.open(path, 'make,model,year'))).toMatchObject({
      code: 'USAGE',
      message: `--record ${path} holds something else: its first line is not make,model,year`,
    });
  });

  test('leaves a file that it refuses as it was, and none behind in which there is nothing', async () => {
    const foreign = join(root, 'notes.txt');
    writeFileSync(foreign, 'my notes');
    expect(await failureOf(RecordFile.open(foreign, 'make,model'))).toMatchObject({ code: 'USAGE' });
    expect(readFileSync(foreign, 'utf8')).toBe('my notes');
    const fresh = join(root, 'fresh.csv');
    await (await RecordFile.open(fresh, 'make,model')).close();
    expect(existsSync(fresh)).toBe(false);
    const empty = join(root, 'empty.csv');
    writeFileSync(empty, '');
    await (await RecordFile.open(empty, 'make,model')).close();
    expect(readFileSync(empty, 'utf8')).toBe('');
  });

  test('refuses a pipe, which takes no more once it is full', async () => {
    const pipe = join(root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await failureOf(RecordFile.open(pipe))).toMatchObject({
      code: 'USAGE',
      message: `--record ${pipe} is a pipe`,
    });
    expect(existsSync(pipe)).toBe(true);
  });

  test.each([
    ['a folder', '.', /cannot be written: illegal operation on a directory/],
    ['a folder that is not there', 'nowhere/x.ndjson', /cannot be written: no such file or directory/],
  ])('refuses %s', async (_, name, message) => {
    mkdirSync(root, { recursive: true });
    expect(await failureOf(RecordFile.open(join(root, name)))).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
    });
  });
});
