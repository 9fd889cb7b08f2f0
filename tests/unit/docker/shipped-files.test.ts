import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';

const filesIn = (folder: string) =>
  readdirSync(packagePath(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(packagePath().length + 1))
    .sort();
const shipped = [...filesIn('docker'), ...filesIn('templates')];
const scripts = shipped.filter((file) => file.endsWith('.sh'));

describe('what is run in containers and for drivers', () => {
  test('is found', () => {
    expect(shipped).toEqual(
      expect.arrayContaining(['docker/compose.yaml', 'docker/spark/Dockerfile', 'templates/run-driver.sh']),
    );
    expect(scripts.length).toBeGreaterThanOrEqual(5);
  });

  test.each(shipped)('%s has the line endings that a Linux shell can read', (file) => {
    expect(readFileSync(packagePath(file), 'utf8')).not.toContain('\r');
  });

  test.each(scripts)('%s can be read by the shell that it names', (file) => {
    const path = packagePath(file);
    const [, shell] = /^#!\/bin\/(sh|bash)\n/.exec(readFileSync(path, 'utf8')) ?? [];
    expect(shell).toBeDefined();
    execFileSync(String(shell), ['-n', path], { stdio: 'pipe' });
  });

  test('reaches those who install the package', () => {
    const { files } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { files: string[] };
    expect(files).toEqual(expect.arrayContaining(['docker', 'jvm', 'templates']));
  });
});
