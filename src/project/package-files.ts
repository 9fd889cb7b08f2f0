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

/** The compiled code lies at another depth than its source, so the way up is searched, not counted. */
function findPackageFolder(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findPackageFolder(dirname(folder));
}
