import { readFile } from 'node:fs/promises';
import { toPythonLiteral } from '../../jobs/python-literal.js';
import { packagePath } from '../../project/package-files.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { scriptPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';

const EXECUTABLE = 0o755;

/** The wrapper that every driver runs under. */
export async function putWrapper(src: SharedFiles): Promise<void> {
  await src.put('run-driver.sh', await readShipped('run-driver.sh'), EXECUTABLE);
}

/** In a checkout with Windows line endings the files have `\r`, with which no shell can run them. */
export async function readShipped(file: string): Promise<string> {
  return (await readFile(packagePath('templates', file), 'utf8')).replaceAll('\r\n', '\n');
}

/**
 * A rendered script contains the paths of its folders. If the project was moved or copied since, they are replaced: in a copy
 * the script would write to the checkpoint of the original. A user's own script is left as it is.
 */
export async function usePresentFolders({ src, data }: Target, { run, script }: RunRecord): Promise<void> {
  if (script !== null) return;
  const file = scriptPath(run);
  const text = (await src.read(file)) ?? '';
  const now = withPresentFolders(text, run, data.pathForJobs(''));
  if (now !== text) await src.put(file, now);
}

/** The old path is found in the path of the run's folder, which every rendered script contains. */
export function withPresentFolders(text: string, run: string, dataFolder: string): string {
  const [, before] = new RegExp(`"((?:[^"\\\\]|\\\\.)+)/runs/${run.replaceAll('.', '\\.')}"`).exec(text) ?? [];
  if (before === undefined) return text;
  const present = toPythonLiteral(dataFolder, 'string').slice(1, -1);
  return text.replaceAll(`"${before}/`, () => `"${present}/`);
}
