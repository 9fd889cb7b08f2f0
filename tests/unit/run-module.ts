import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { packagePath } from '../../src/project/package-files.js';

const ENDS_WITHIN_MS = 180_000;

export interface ModuleResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The URL of a compiled module of ours, for a script that runs in a process of its own. */
export function moduleUrl(...path: string[]): string {
  return pathToFileURL(packagePath('dist', 'src', ...path)).href;
}

/** Runs an ES module's text in a Node process of its own; `process.argv.slice(1)` are the arguments. */
export function runModule(text: string, args: readonly string[] = []): Promise<ModuleResult> {
  const env = { ...process.env, FORCE_COLOR: '0' };
  const options = { env, timeout: ENDS_WITHIN_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', text, ...args],
      options,
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? 128, stdout, stderr }),
    );
  });
}
