import type { PlainEnvironment, RunCommand } from './run-command.js';

// In pip's own order: the environment first, then `install`, then `global`.
const PRECEDENCE = [':env:.index-url', 'install.index-url', 'global.index-url'];

/**
 * The host (and port) of the package index that pip is set to use, or undefined for pip's own.
 * `python` is the path of a Python with pip; undefined also where it has no pip.
 */
export async function describePipIndex(
  run: RunCommand,
  python: string,
  env: PlainEnvironment,
): Promise<string | undefined> {
  const { stdout, exitCode } = await run(python, ['-I', '-m', 'pip', 'config', 'list'], { env });
  if (exitCode !== 0) return undefined;
  const lines = stdout.split('\n');
  const line = PRECEDENCE.flatMap((key) => lines.filter((candidate) => candidate.startsWith(`${key}=`)))[0];
  const url = line?.slice(line.indexOf('=') + 1).replace(/^['"]|['"]\s*$/g, '');
  return url && URL.canParse(url) ? new URL(url).host : undefined;
}
