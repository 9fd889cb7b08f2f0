import { execFileSync } from 'node:child_process';
import { toShellCode } from '../../../src/cluster/by-hand.js';

const HERE = '/tést \'q\' "p", $x\\';

describe('toShellCode', () => {
  const code = toShellCode({
    target: 'local',
    variables: { A: HERE },
    prepend: { LIST: [`${HERE}/a`, '/b'], NEW: ['/c'] },
    unset: ['FOREIGN'],
    functions: { 'in-there': 'printf "%s|" there "$@"' },
  });
  const env = { PATH: process.env.PATH, LIST: '/z', FOREIGN: '1', CODE: code };
  const say = (line: string) =>
    execFileSync('bash', ['--norc', '-euc', `shopt -s expand_aliases\nalias in-there=nothing\neval "$CODE"\n${line}`], {
      env,
      encoding: 'utf8',
    });

  test('a shell reads back every value as it was', () => {
    expect(say('printf "%s\\n" "$A" "$LIST" "$NEW"')).toBe(`${HERE}\n${HERE}/a:/b:/z\n/c\n`);
  });

  test('unsets what would affect Spark, and functions pass on their arguments', () => {
    expect(say('[ -v FOREIGN ] || echo gone; \\in-there "a b" c')).toBe('gone\nthere|a b|c|');
  });

  test('a second run puts no entry first again', () => {
    expect(say('eval "$CODE"; echo "$LIST"')).toBe(`${HERE}/a:/b:/z\n`);
  });
});
