import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../../src/errors.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import type { FoundItem } from '../../../../src/seed/source/source.js';
import { openStoryFiles } from '../../../../src/seed/source/story-files.js';
import { failureOf } from '../../failure-of.js';

const folder = mkdtempSync(join(tmpdir(), 'news-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (text: string, name = 'news.json'): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const read = async (path: string, longestBytes?: number): Promise<FoundItem<unknown>[]> => {
  const found: FoundItem<unknown>[] = [];
  const inputs = { paths: [path], sourcePrefix: '', report: new RecordingReporter() };
  const source = await openStoryFiles(inputs, longestBytes);
  for await (const { items } of source.batches()) found.push(...items);
  await source.close();
  return found;
};

const two = [
  { at: 1, raw: { id: 1 } },
  { at: 2, raw: { id: 2 } },
];

describe('openStoryFiles', () => {
  test.each([
    ['a JSON array', '[{"id":1},{"id":2}]'],
    ['an indented array', JSON.stringify([{ id: 1 }, { id: 2 }], null, 2)],
    ['an API page', '{"stories":[{"id":1},{"id":2}],"next_page_cursor":"x"}'],
    ['an indented page', JSON.stringify({ stories: [{ id: 1 }, { id: 2 }] }, null, 2)],
    ['JSON Lines', '{"id":1}\n{"id":2}\n'],
    ['JSON Lines with CRLF and a byte order mark', '\uFEFF{"id":1}\r\n{"id":2}'],
  ])('reads %s', async (_, text) => {
    expect(await read(write(text))).toEqual(two);
  });

  test('reads one story', async () => {
    expect(await read(write('{\n"id": 1\n}\n'))).toEqual(two.slice(0, 1));
  });

  test('reads pages, one per line, with line and index', async () => {
    const found = await read(write('{"stories":[{"id":1},{"id":2}]}\n\n{"stories":[]}\n{"stories":[{"id":3}]}\n'));
    expect(found.map(({ at }) => at)).toEqual(['1.1', '1.2', '4.1']);
  });

  test.each([
    ['first', '{"id":\n{"id":1}\n{"id":2}\n', 1],
    ['middle', '{"id":1}\nnonsense\n{"id":2}\n', 2],
    ['last', '{"id":1}\n{"id":2}\n{"id":3', 3],
  ])('names a bad %s line and goes on', async (_, text, line) => {
    const found = await read(write(text));
    const problems = found.filter((item) => 'problem' in item);
    expect(problems).toEqual([{ at: line, problem: expect.stringMatching(/JSON/) }]);
    expect(found).toHaveLength(3);
  });

  test('does not take U+2028 inside a string for the end of a line', async () => {
    const text = `{"id":1,"body":"a\u2028b"}\n{"id":2}`;
    expect(await read(write(text))).toHaveLength(2);
  });

  test('reads a line longer than many chunks, with characters cut between them', async () => {
    const body = 'Škoda 🚗 '.repeat(100_000);
    const [found] = await read(write(`${JSON.stringify({ body })}\n{"id":2}\n`));
    expect(found).toEqual({ at: 1, raw: { body } });
  });

  test('can be left early, and read again', async () => {
    const inputs = { paths: [write('{"id":1}\n{"id":2}\n')], sourcePrefix: '', report: new RecordingReporter() };
    const source = await openStoryFiles(inputs);
    for (let reading = 0; reading < 2; reading++) {
      for await (const batch of source.batches()) {
        expect(batch).toEqual({ source: 'news.json', positionPrefix: 'news.json:', items: two });
        break;
      }
    }
    await source.close();
  });

  test('says why a path cannot be read', async () => {
    const path = join(folder, 'loop.json');
    symlinkSync('loop.json', path);
    const failure = await read(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ message: expect.stringMatching(/loop\.json cannot be read: .*ELOOP/) });
  });

  test('says why a file that is there gives nothing', async () => {
    expect(await failureOf(read('/proc/self/mem'))).toMatchObject({
      code: 'USAGE',
      message: '/proc/self/mem cannot be read: i/o error (EIO)',
    });
  });

  test('refuses a pipe, which would lose what a first look takes from it', async () => {
    const path = join(folder, 'pipe.json');
    execFileSync('mkfifo', [path]);
    expect(await failureOf(read(path))).toMatchObject({
      code: 'USAGE',
      message: `${path} is not a regular file, and can be read only once`,
    });
  });

  test.each([
    ['in one line', '[{"id":1},{"id":2}]'],
    ['in several lines', '[{"id":1},\n{"id":2}]'],
    ['whose last line is too long', '{"id":1}\n{"id":2,"body":"aaa"}'],
  ])('refuses a text longer than can be held, %s', async (_, text) => {
    const path = write(text);
    expect(await failureOf(read(path, 17))).toMatchObject({
      code: 'USAGE',
      message: `${path} is too large for one JSON text`,
      hint: expect.stringContaining("jq -c '.[]'"),
    });
  });

  test('reads as many lines as there are, none of which is too long', async () => {
    expect(await read(write('{"id":1}\n'.repeat(1_000)), 9)).toHaveLength(1_000);
  });

  test('says that there is no such file', async () => {
    const path = join(folder, 'absent.json');
    expect(await failureOf(read(path))).toMatchObject({
      code: 'USAGE',
      message: `There is no file ${path}`,
      hint: 'Check the path of the file with stories.',
    });
  });

  test.each([
    ['is empty', () => write(' \n')],
    ['is a folder, not a file', () => folder],
    ['is neither JSON nor JSON Lines', () => write('id,title\n1,x\n')],
    ['is neither JSON nor JSON Lines', () => write('[{"id":1},\n{"id":')],
  ])('says that the file %s', async (what, path) => {
    const file = path();
    const failure = await read(file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ message: `${file} ${what}`, hint: expect.stringMatching(/\.$/) });
  });
});
