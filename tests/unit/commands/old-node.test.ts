import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();

/** `bin/cli --version` in a Node that says it is this version. */
function runAs(version: string) {
  const preload = join(root, `as-${version}.cjs`);
  const versions = `{ value: { ...process.versions, node: '${version}' } }`;
  writeFileSync(preload, `Object.defineProperty(process, 'versions', ${versions});\n`);
  const args = ['--require', preload, packagePath('bin', 'cli'), '--version'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  return { status, stdout, stderr };
}

describe('bin/cli', () => {
  test.each(['8.17.0', '18.20.8', '20.3.0', '20.18.2', '21.7.3', '22.11.0'])(
    'says what it needs in Node %s, and ends with 3',
    (version) => {
      expect(runAs(version)).toEqual({
        status: 3,
        stdout: '',
        stderr: `millrace needs Node 20.18.3 or later of Node 20, or 22.12 or later; this is ${version}, ${process.execPath}\n`,
      });
    },
  );

  test.each(['20.18.3', '20.20.2', '22.12.0', '100.0.0'])('runs in Node %s', (version) => {
    expect(runAs(version)).toMatchObject({ status: 0, stderr: '' });
  });

  test('needs what the package says', () => {
    const { engines } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8'));
    expect(engines.node).toBe('^20.18.3 || >=22.12');
  });
});
