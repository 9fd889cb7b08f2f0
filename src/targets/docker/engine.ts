import type { MillraceError } from '../../errors.js';
import type { Environment } from '../../project/config.js';
import { tellsOfFullDisk } from '../../provision/disk.js';
import type { CommandOptions, CommandResult } from '../../provision/run-command.js';
import { runCommand } from '../run-command.js';
import { ProgramMissingError, targetErrors } from '../target-errors.js';
import { compareVersions } from './advisories.js';
import { DockerFailedError, ENGINE_FOLDER, engineErrors } from './engine-errors.js';

/** For `!override` in the ZooKeeper layout; configuration files with inline content need 2.23.1. */
const OLDEST_COMPOSE = '2.24.4';
const PROBE_WITHIN_MS = 30_000;
const ANSWERS_WITHIN_MS = 120_000;

/** What an engine reports about itself. */
export interface EngineFacts {
  readonly version: string;
  readonly composeVersion: string;
  /** The memory that its containers share. */
  readonly memoryBytes: number;
  /** The folder of images and volumes, as a path on the engine's machine. */
  readonly rootFolder: string;
}

/** The docker command line with compose v2. A failure that the user can fix is an error of its own. */
export class DockerEngine {
  readonly env: Record<string, string>;

  constructor(env: Environment) {
    this.env = dockerEnvironment(env);
  }

  /** Runs `docker …` and returns its output. @throws DOCKER_MISSING, DOCKER_UNREACHABLE, DOCKER_DENIED, DockerFailedError, … */
  async docker(args: readonly string[], options: Omit<CommandOptions, 'env'> = {}): Promise<string> {
    const result = await this.tryDocker(args, { ...defaultDeadline(options), ...options }).catch(explainTimeout);
    if (result.exitCode !== 0) throw explainFailure(args, result);
    return result.stdout;
  }

  /** Like `docker`, but also returns a failure, for callers that read it themselves. */
  async tryDocker(args: readonly string[], options: Omit<CommandOptions, 'env'> = {}): Promise<CommandResult> {
    try {
      return await runCommand('docker', args, { ...options, env: this.env });
    } catch (error) {
      throw error instanceof ProgramMissingError ? engineErrors.DOCKER_MISSING({}, { cause: error }) : error;
    }
  }

  /** The engine's address, from the user's variable or docker context. */
  private async readHost(): Promise<string> {
    if (this.env.DOCKER_HOST) return this.env.DOCKER_HOST;
    const endpoint = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
    return (await this.tryDocker(endpoint, { timeoutMs: PROBE_WITHIN_MS }).catch(explainTimeout)).stdout.trim();
  }

  /** Asks engine and compose for their versions. @throws what `docker` throws, COMPOSE_MISSING */
  async probe(): Promise<EngineFacts> {
    const within = { timeoutMs: PROBE_WITHIN_MS };
    const [info, compose, host] = await Promise.all([
      this.docker(['info', '--format', '{{json .}}'], within),
      this.tryDocker(['compose', 'version', '--short'], within).catch(explainTimeout),
      this.readHost(),
    ]);
    const { ServerVersion, MemTotal, DockerRootDir, ServerErrors } = JSON.parse(info) as Record<string, unknown>;
    if (Array.isArray(ServerErrors) && ServerErrors.length > 0)
      throw explainFailure(['info'], { stdout: '', stderr: ServerErrors.join('\n'), exitCode: 1 });
    if (typeof ServerVersion !== 'string')
      throw engineErrors.DOCKER_UNREACHABLE({ reason: 'what answers is not Docker (podman?)' });
    if (isOnOtherMachine(host)) throw engineErrors.DOCKER_ELSEWHERE({ host: withoutCredentials(host) });
    const composeVersion = requireCompose(compose);
    return {
      version: String(ServerVersion),
      composeVersion,
      memoryBytes: Number(MemTotal),
      rootFolder: String(DockerRootDir),
    };
  }
}

/** A deadline, so that an engine that does not answer never blocks a command; long work, such as a pull, has a signal instead. */
function defaultDeadline({ signal, timeoutMs }: Omit<CommandOptions, 'env'>): { timeoutMs?: number } {
  return signal || timeoutMs ? {} : { timeoutMs: ANSWERS_WITHIN_MS };
}

/** Whether the engine is on another machine: ports would be published there, but commands need them on this one. */
function isOnOtherMachine(host: string): boolean {
  return /^(tcp|ssh|https?):/.test(host) && !/\/\/([^@/]*@)?(127\.|localhost|\[::1\])/.test(host);
}

/** An address without user and password, `ssh://me:secret@far.example.org`, so that it can be shown. */
function withoutCredentials(host: string): string {
  return host.replace(/\/\/[^@/]*@/, '//');
}

/** The user's environment without the settings of compose: millrace gives names and files as flags. */
function dockerEnvironment(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => value !== undefined && !name.startsWith('COMPOSE_'));
  return { ...(Object.fromEntries(entries) as Record<string, string>), DOCKER_CLI_HINTS: 'false' };
}

function explainTimeout(error: Error): never {
  if (error.name === 'TimeoutError') throw engineErrors.DOCKER_UNREACHABLE({ reason: 'it took too long to answer' });
  throw error;
}

function requireCompose({ exitCode, stdout }: CommandResult): string {
  if (exitCode !== 0) throw missingCompose('`docker compose` is not there');
  const version = stdout.trim().replace(/^v/, '');
  if (compareVersions(version, OLDEST_COMPOSE) < 0) throw missingCompose(`it is ${version}`);
  return version;
}

function missingCompose(found: string): MillraceError {
  return engineErrors.COMPOSE_MISSING({ found, needed: OLDEST_COMPOSE });
}

/** The error for a failed `docker …`; the patterns are texts of the docker command line and of dockerd. */
export function explainFailure(args: readonly string[], { stdout, stderr }: CommandResult): Error {
  const output = `${stdout}\n${stderr}`;
  const reason = lastMessage(stderr || stdout);
  if (/permission denied while trying to connect|dial unix .*: connect: permission denied/i.test(output))
    return engineErrors.DOCKER_DENIED({ reason });
  if (/cannot connect to the docker daemon|error during connect|failed to connect to the docker API/i.test(output))
    return engineErrors.DOCKER_UNREACHABLE({ reason });
  if (/is not a docker command|unknown command: docker compose|unknown shorthand flag|unknown flag: --pro/.test(output))
    return missingCompose('`docker compose` is not there');
  if (tellsOfFullDisk(output)) return engineErrors.NO_SPACE({ folder: ENGINE_FOLDER });
  const port =
    /(?:address already in use|port is already allocated)/.test(output) &&
    /(?:listen tcp[46]?|bind for|exposing port TCP|bind (?:host )?port(?: for)?) (?:\[[^\]]*\]|[\d.]+):(\d+)/i.exec(
      output,
    );
  if (port) return targetErrors.PORT_TAKEN({ port: Number(port[1]), service: 'cluster', holder: 'another program' });
  const name = /container name "\/?([^"]+)" is already in use/.exec(output);
  if (name) return engineErrors.CONTAINER_NAME_TAKEN({ container: String(name[1]) });
  return new DockerFailedError(commandOf(args), reason);
}

/** The command without its flags, such as `compose up`. */
function commandOf(args: readonly string[]): string {
  if (args[0] !== 'compose') return args.slice(0, 2).join(' ');
  const commands = ['build', 'config', 'exec', 'logs', 'ps', 'up', 'version'];
  return `compose ${args.find((word) => commands.includes(word)) ?? ''}`.trim();
}

/** The last line that says something. */
function lastMessage(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/^(See|Run) '?docker/.test(line)).at(-1) ?? 'it said nothing';
}
