import { execFileSync } from 'node:child_process';
import { toShell } from '../../../src/targets/shell.js';

describe('toShell', () => {
  test.each([
    ['plain', 'plain'],
    ['a=b,c:/d-e_f.@%+1', 'a=b,c:/d-e_f.@%+1'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(id)', "'$(id)'"],
    ['*', "'*'"],
    ['~', "'~'"],
    ['a\nb', "'a\nb'"],
  ])('writes %p as %s', (word, quoted) => {
    expect(toShell([word])).toBe(quoted);
  });

  test('a shell reads back every word as it was', () => {
    const words = [
      '',
      ' ',
      "'",
      '"',
      '\\',
      `'"'"'`,
      '$HOME',
      '`id`',
      '!x',
      '#',
      ';',
      '&&',
      '>x',
      '~/x',
      'a\n\nb',
      'Škoda',
      '{a,b}',
      '[x]',
      '?',
    ];
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${toShell(words)}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(words);
  });
});
