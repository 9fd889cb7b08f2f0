import { execa } from 'execa';
import type { RunCommand } from '../provision/run-command.js';
import { ProgramMissingError } from './target-errors.js';

const FORCE_KILL_AFTER_MS = 2_000;

/** Runs a program to its end; see RunCommand. Ending this process ends it too. */
export const runCommand: RunCommand = async (file, args, options = {}) => {
  const child = execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    forceKillAfterDelay: FORCE_KILL_AFTER_MS,
    stdin: 'ignore',
    all: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  const { onLine } = options;
  if (onLine) void reportLines(child, onLine);
  const result = await child;
  if (result.isCanceled || result.timedOut) throw result;
  if (result.exitCode === undefined && result.signal === undefined) throw new ProgramMissingError(file, { cause: result });
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode ?? 128 };
};

async function reportLines(child: { iterable(options: { from: 'all' }): AsyncIterable<string> }, onLine: (line: string) => void) {
  try {
    for await (const line of child.iterable({ from: 'all' })) onLine(line);
  } catch {
    // A failing program's lines end early; its outcome is reported by the awaited result.
  }
}
