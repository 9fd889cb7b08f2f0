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

/** A checkout with Windows line endings must not make a script that no shell can run (`$'\r': command not found`). */
export async function readShipped(file: string): Promise<string> {
  return (await readFile(packagePath('templates', file), 'utf8')).replaceAll('\r\n', '\n');
}

/**
 * A rendered script names its folders, which are others once the project was moved, and in a copy: there it would write to
 * the original's checkpoint. A user's own script is left as it is.
 */
export async function useTodaysFolders({ src, data }: Target, { run, script }: RunRecord): Promise<void> {
  if (script !== null) return;
  const file = scriptPath(run);
  const text = (await src.read(file)) ?? '';
  const now = withTodaysFolders(text, run, data.pathForJobs(''));
  if (now !== text) await src.put(file, now);
}

/** Where it was rendered for is told by the one folder that every script has, that of its run. */
export function withTodaysFolders(text: string, run: string, dataFolder: string): string {
  const [, before] = new RegExp(`"((?:[^"\\\\]|\\\\.)+)/runs/${run.replaceAll('.', '\\.')}"`).exec(text) ?? [];
  if (before === undefined) return text;
  const today = toPythonLiteral(dataFolder, 'string').slice(1, -1);
  return text.replaceAll(`"${before}/`, () => `"${today}/`);
}
