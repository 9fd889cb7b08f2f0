import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test as a row of docs/dev/tests.md names it: `` `unit/x.test.ts` › what it is called ``, or only `› …` for the file before. */
interface Named {
  readonly file: string;
  readonly name: string;
}

const rows = readFileSync('docs/dev/tests.md', 'utf8').match(/^\|.* › .*\|$/gm) ?? [];

function namedIn(row: string): Named[] {
  let file = '';
  const cell = row.slice(0, -2).split(' | ').at(-1) ?? '';
  return cell.split('<br>').map((holder) => {
    const [, path, name = holder] = /^(?:`([^`]+)` )?› (.+)$/.exec(holder) ?? [];
    file = path ?? file;
    return { file, name };
  });
}

function isThere({ file, name }: Named): boolean {
  const path = join('tests', file);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, 'utf8');
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
}

describe('docs/dev/tests.md', () => {
  test('names tests that there are', () => {
    const named = rows.flatMap(namedIn);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((one) => !isThere(one))).toEqual([]);
  });

  test('names each suite that needs a cluster or a whole command line', () => {
    const suites = readdirSync('tests/integration', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => join('integration', file));
    const files = new Set(rows.flatMap(namedIn).map(({ file }) => file));
    expect(suites.filter((file) => !files.has(file))).toEqual([]);
  });
});
