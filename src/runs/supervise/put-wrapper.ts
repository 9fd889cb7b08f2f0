import { readFile } from 'node:fs/promises';
import { packagePath } from '../../project/package-files.js';
import type { SharedFiles } from '../../targets/target.js';

const EXECUTABLE = 0o755;

/** The wrapper that every driver runs under. */
export async function putWrapper(src: SharedFiles): Promise<void> {
  await src.put('run-driver.sh', await readShipped('run-driver.sh'), EXECUTABLE);
}

/** A checkout with Windows line endings must not make a script that no shell can run (`$'\r': command not found`). */
export async function readShipped(file: string): Promise<string> {
  return (await readFile(packagePath('templates', file), 'utf8')).replaceAll('\r\n', '\n');
}
