import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { cliJson } from './cli.js';
import { sharedProject } from './shared-cluster/project.js';

/**
 * Runs a Python script of tests/integration/local under spark-submit, as a submit would start it, only in one process.
 * @returns what it printed
 * @throws Error with the end of what it printed, which holds Python's traceback
 */
export async function runInOneApplication(script: string, args: readonly string[]): Promise<string> {
  const { command } = await cliJson<{ command: string }>(['submit', 'windowed-cars', '--dry-run'], {
    project: sharedProject(),
  });
  const words = [resolve('tests', 'integration', 'local', script), ...args];
  const line = command
    .replace(/--master \S+/, "--master 'local[2]'")
    .replace(/--driver-memory \S+/, '--driver-memory 1g')
    // All rows of a table compile more than what the first compiler alone has room for.
    .replace('-XX:TieredStopAtLevel=1', '$& -XX:ReservedCodeCacheSize=128m')
    .replace(/\S+-preview\.py$/, words.map((word) => `'${word}'`).join(' '));
  // What is printed to be pasted needs nothing of the shell, also where that knows only ASCII.
  const env = { ...process.env, LANG: undefined, LC_ALL: 'C' };
  try {
    return (await promisify(execFile)('/bin/sh', ['-c', line], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    throw new Error(`${script} failed:\n${stdout.slice(-4_000)}`, { cause: error });
  }
}
