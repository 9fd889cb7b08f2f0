import { execa } from 'execa';
import type { CommandOptions, RunCommand } from '../provision/run-command.js';
import { sendSignal } from './send-signal.js';
import { ProgramMissingError } from './target-errors.js';

const FORCE_KILL_AFTER_MS = 2_000;

/** Runs a program to its end; see RunCommand. An abort or a timeout also ends the processes that it started (pip builds in children). */
export const runCommand: RunCommand = async (file, args, options = {}) => {
  const ended = new AbortController();
  const stop = stopSignal(options);
  stop?.throwIfAborted();
  const child = execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
    detached: true, // its own process group, so that one signal reaches all processes in it
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
  });
  stop?.addEventListener('abort', () => endGroup(child.pid, ended.signal), { once: true, signal: ended.signal });
  const lines = options.onLine ? reportLines(child, options.onLine) : undefined;
  const result = await child;
  await lines;
  ended.abort();
  stop?.throwIfAborted();
  if (result.exitCode === undefined && result.signal === undefined)
    throw new ProgramMissingError(file, { cause: result });
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode ?? 128 };
};

function stopSignal({ signal, timeoutMs }: CommandOptions): AbortSignal | undefined {
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  if (signal && timeout) return AbortSignal.any([signal, timeout]);
  return signal ?? timeout;
}

function endGroup(pid: number | undefined, ended: AbortSignal): void {
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), FORCE_KILL_AFTER_MS);
  ended.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined) sendSignal(-pid, signal);
}

async function reportLines(
  child: { iterable(options: { from: 'stdout' | 'stderr' }): AsyncIterable<string> },
  onLine: (line: string) => void,
) {
  const report = async (from: 'stdout' | 'stderr') => {
    for await (const line of child.iterable({ from })) onLine(line);
  };
  // An error here only means that the program has failed, and the awaited result reports that.
  await Promise.allSettled([report('stdout'), report('stderr')]);
}
