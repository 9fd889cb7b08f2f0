import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isNotFound,
  readJson,
  readTextIfThere,
  writeFileAtomic,
  writeJsonAtomic,
} from '../../../src/project/atomic-file.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();

describe('writeFileAtomic', () => {
  test('makes the folders above and gives the mode', async () => {
    const path = join(folder, 'a', 'b', 'secret');
    await writeFileAtomic(path, 'x', 0o600);
    expect(readFileSync(path, 'utf8')).toBe('x');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('replaces a file that may only be read', async () => {
    const path = join(folder, 'read-only');
    writeFileSync(path, 'old');
    chmodSync(path, 0o444);
    await writeFileAtomic(path, Buffer.from('new'));
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('many at once leave one whole text and no drafts', async () => {
    const path = join(folder, 'many', 'file');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(join(folder, 'many'))).toEqual(['file']);
  });

  test('a reader never sees half of it', async () => {
    const path = join(folder, 'read', 'file');
    const texts = ['a', 'b'].map((letter) => letter.repeat(500_000));
    await writeFileAtomic(path, texts[0] as string);
    const writing = (async () => {
      for (let round = 0; round < 20; round++) await writeFileAtomic(path, texts[round % 2] as string);
    })();
    const seen = new Set<string | undefined>();
    for (let look = 0; look < 40; look++) seen.add(await readTextIfThere(path));
    await writing;
    expect([...seen].every((text) => texts.includes(text ?? ''))).toBe(true);
  });

  test('leaves no draft behind when it fails', async () => {
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'inner'), { recursive: true });
    await failureOf(writeFileAtomic(path, 'x'));
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
    expect(existsSync(join(path, 'inner'))).toBe(true);
  });
});

describe('readJson', () => {
  test('gives back what was written', async () => {
    const path = join(folder, 'value.json');
    await writeJsonAtomic(path, { a: [1, 'ä'] });
    expect(await readJson(path)).toEqual({ a: [1, 'ä'] });
    expect(readFileSync(path, 'utf8')).toMatch(/\n$/);
  });

  test('has nothing where there is no file, or half of one', async () => {
    writeFileSync(join(folder, 'half.json'), '{"a": ');
    expect(await readJson(join(folder, 'half.json'))).toBeUndefined();
    expect(await readJson(join(folder, 'absent.json'))).toBeUndefined();
    expect(await readJson(join(folder, 'half.json', 'below'))).toBeUndefined();
  });

  test('does not hide other failures', async () => {
    const failure = await failureOf(readJson(folder));
    expect(failure).toMatchObject({ code: 'EISDIR' });
    expect(isNotFound(failure)).toBe(false);
  });
});
