import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = findPackageFolder(dirname(fileURLToPath(import.meta.url)));

/** Absolute path of a file or folder that ships with the package (templates, jobs, data, …). */
export function packagePath(...segments: string[]): string {
  return join(packageFolder, ...segments);
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string }).version;
}

/** The first folder above with a package.json: compiled code lies deeper than its source, so no fixed number of steps leads there. */
function findPackageFolder(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findPackageFolder(dirname(folder));
}
