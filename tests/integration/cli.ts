import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { testTarget } from './shared-cluster/project.js';

/** The command line as users start it, of this checkout or of the one that the cluster's tests work with. */
const cliFile = () => resolve(process.env.MILLRACE_TEST_CHECKOUT ?? '.', 'bin', 'cli');

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly project?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with the process once it runs, for signals. */
  readonly onStart?: (pid: number) => void;
  /** Called with the first that it says on stdout. */
  readonly onOutput?: (text: string) => void;
  /** The Node that runs it; this one by default. */
  readonly node?: string;
  /** When it is ended for hanging (half an hour). */
  readonly giveUpAfterMs?: number;
}

/** Runs `millrace …` to its end, without a terminal. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  // A fresh project would take Docker where it answers: the tests of target local mean local.
  const target = testTarget() === 'local' ? { MILLRACE_TARGET: 'local' } : {};
  const env: Record<string, string | undefined> = { ...process.env, ...target, ...options.env };
  delete env.MILLRACE_PROJECT;
  const project = options.project === undefined ? [] : ['--project', options.project];
  const child = spawn(options.node ?? process.execPath, [cliFile(), ...project, ...args], {
    env,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGTERM'), options.giveUpAfterMs ?? 1_800_000);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  if (options.onOutput) child.stdout.once('data', options.onOutput);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      done({ exitCode: code ?? (signal ? 128 : 1), stdout, stderr });
    });
  });
}

/** The result of a command that must succeed, parsed. */
export async function cliJson<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { exitCode, stdout, stderr } = await cli(['--json', ...args], options);
  if (exitCode !== 0) throw new Error(`millrace ${args.join(' ')} ended with ${exitCode}:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Lines of NDJSON that a command printed. */
export function parseLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
