import { execa } from 'execa';
import { UsageError } from '../../errors.js';
import type { LogLine, ServiceName } from '../target.js';
import { type DockerEngine, explainFailure } from './engine.js';

/** Some releases of compose write it before each line, even without a terminal. */
const CLEAR_LINE = '\u001b[2K';

export interface ComposeLogOptions {
  readonly engine: DockerEngine;
  /** `compose` with the project's name and files. */
  readonly compose: readonly string[];
  /** The services that have a container. */
  readonly services: readonly string[];
  readonly service?: string;
  readonly lines: number;
  readonly isFollowing: boolean;
}

/** The last lines of each container; with `isFollowing` also new lines, until `signal`. */
export async function* followComposeLogs(options: ComposeLogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
  const { engine, compose, lines, isFollowing } = options;
  const flags = ['--no-color', '--tail', String(lines), ...(isFollowing ? ['--follow'] : [])];
  const args = [...compose, '--ansi', 'never', 'logs', ...flags, ...chooseService(options)];
  if (options.services.length === 0 || signal.aborted) return;
  // Its own process group, so that Ctrl-C reaches only the command line, which then ends it.
  const child = execa('docker', args, {
    env: engine.env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    buffer: { stdout: false },
    detached: true,
  });
  signal.addEventListener('abort', () => child.kill(), { once: true });
  try {
    for await (const line of child.iterable()) yield* parseLine(line);
    const { exitCode, stderr } = await child;
    if (exitCode !== 0 && !signal.aborted) throw explainFailure(args, { exitCode: exitCode ?? 1, stdout: '', stderr });
  } finally {
    child.kill();
  }
}

function chooseService({ service, services }: ComposeLogOptions): string[] {
  if (service === undefined) return [];
  if (services.includes(service)) return [service];
  const list = services.length === 0 ? 'none has been started' : `there are ${[...services].sort().join(', ')}`;
  throw new UsageError(`No service named \`${service}\` has a log: ${list}`, 'Name one of them, or none for all.');
}

/** compose writes `worker-1-1  | text`: the service, the number of its container, and the line. */
function parseLine(line: string): LogLine[] {
  const [, service, text] = /^(.+?)-\d+\s*\| ?(.*)$/.exec(line.replace(CLEAR_LINE, '')) ?? [];
  return service === undefined || text === undefined ? [] : [{ service: service as ServiceName, line: text }];
}
