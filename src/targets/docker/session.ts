import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { listContainers, listVolumes } from './containers.js';
import type { DockerFolders } from './docker-state.js';
import { type DockerEngine, explainFailure } from './engine.js';
import { DockerFailedError, ENGINE_FOLDER, engineErrors } from './engine-errors.js';
import { hasImage } from './images.js';

const ANSWERS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;
const PROGRAM = ['python3', '-u', '/opt/millrace/shared-files.py'];

interface Answer {
  readonly result?: unknown;
  readonly error?: string;
  /** Name of the system's error, such as ENOSPC. */
  readonly code?: string | null;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** The container that answers: that of the master, or one that only mounts the volumes. */
interface AnsweringContainer {
  readonly args: readonly string[];
  readonly hasDrivers: boolean;
}

export interface SessionRequest {
  readonly op: string;
  readonly [argument: string]: unknown;
}

/**
 * Talks to shared-files.py in a container: one process for all reads and writes of a command on the volumes, instead of a
 * `docker exec` for each. While the master does not run, a container that only mounts the volumes takes its place.
 */
export class ContainerSession {
  private open: Promise<OpenSession | undefined> | undefined;

  constructor(
    private readonly engine: DockerEngine,
    private readonly folders: DockerFolders,
    /** The image of the container that answers while the master does not run. */
    private readonly image: () => Promise<string>,
  ) {}

  /** The answer to a request, or `whenAbsent` while there are no volumes yet. */
  async ask<T>(request: SessionRequest, whenAbsent: T): Promise<T> {
    const session = await this.connectForRequest();
    return session ? session.request<T>(request) : whenAbsent;
  }

  /** The answer to a request that needs the volumes. @throws VOLUMES_MISSING before the first `cluster up` */
  async tell<T>(request: SessionRequest): Promise<T> {
    const session = await this.connectForRequest();
    if (session) return session.request<T>(request);
    throw engineErrors.VOLUMES_MISSING({ project: this.folders.project });
  }

  async isMasterRunning(): Promise<boolean> {
    return (await this.findMaster()) !== undefined;
  }

  /** Whether the master's container answers, where drivers run; in another container none can be alive. */
  async hasDrivers(): Promise<boolean> {
    const session = await this.connect();
    if (session?.hasDrivers || !(await this.isMasterRunning())) return session?.hasDrivers ?? false;
    // The container that took the master's place while it was down sees no drivers, and each new one would count as lost.
    await session?.end();
    return (await this.connect())?.hasDrivers ?? false;
  }

  /** Ends the session; the next request looks again for a container that can answer. */
  async close(): Promise<void> {
    const session = await this.open?.catch(() => undefined);
    this.open = undefined;
    await session?.end();
  }

  /** A session that can take a request: one may have been ended while this waited for it. */
  private async connectForRequest(): Promise<OpenSession | undefined> {
    for (;;) {
      const session = await this.connect();
      if (!session?.isEnding) return session;
    }
  }

  private async connect(): Promise<OpenSession | undefined> {
    const before = this.open;
    const known = await before?.catch(() => undefined);
    if (known && !known.hasEnded && !known.isEnding) return known;
    if (this.open === before) this.open = this.start();
    return this.open;
  }

  private async start(): Promise<OpenSession | undefined> {
    const container = await this.findContainer();
    if (!container) return undefined;
    const session = new OpenSession(container, this.engine.env);
    await session.isReady;
    return session;
  }

  private async findContainer(): Promise<AnsweringContainer | undefined> {
    const master = await this.findMaster();
    if (master) return { args: ['exec', '-i', master, ...PROGRAM], hasDrivers: true };
    if (!(await this.haveVolumes())) return undefined;
    const image = await this.image();
    if (!(await hasImage(this.engine, image))) throw engineErrors.VOLUMES_MISSING({ project: this.folders.project });
    const mounts = (['src', 'data'] as const).flatMap((name) => ['-v', `${this.folders.volume(name)}:/opt/${name}`]);
    const options = ['--rm', '-i', '--network', 'none', '--entrypoint', 'tini', ...mounts];
    return { args: ['run', ...options, image, '--', ...PROGRAM], hasDrivers: false };
  }

  private async findMaster(): Promise<string | undefined> {
    const all = await listContainers(this.engine, this.folders.name);
    const containers = all.filter(({ project }) => this.folders.isOurs(project));
    return containers.find(({ service, state }) => service === 'master' && state === 'running')?.id;
  }

  private async haveVolumes(): Promise<boolean> {
    const names = await listVolumes(this.engine, this.folders.name);
    return names.includes(this.folders.volume('src')) && names.includes(this.folders.volume('data'));
  }
}

/** One running shared-files.py; it answers in the order of the requests. */
class OpenSession {
  readonly isReady: Promise<void>;
  readonly hasDrivers: boolean;
  hasEnded = false;
  /** It still answers earlier requests, but takes no new ones. */
  isEnding = false;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private errors = '';

  constructor({ args, hasDrivers }: AnsweringContainer, env: Record<string, string>) {
    this.hasDrivers = hasDrivers;
    // Its own process group, so that Ctrl-C reaches only the command line, which may still have files to write.
    this.child = spawn('docker', args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.once('error', () => this.fail(engineErrors.DOCKER_MISSING()));
    this.child.once('close', (code) => this.fail(this.explainEnd(args, code)));
    this.child.stdin.on('error', () => undefined); // the end of the process reports it
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-4_000);
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.waiting.shift()?.resolve(JSON.parse(line) as Answer);
    });
    this.isReady = this.next('start').then(() => undefined);
    this.isReady.catch(() => undefined);
  }

  async request<T>(request: SessionRequest): Promise<T> {
    if (this.hasEnded) throw new DockerFailedError('exec', 'the container has ended');
    const answer = this.next(request.op);
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { result, error, code } = await answer;
    if (code === 'ENOSPC') throw engineErrors.NO_SPACE({ folder: ENGINE_FOLDER });
    if (error !== undefined) throw new DockerFailedError('exec', `${request.op} ${request.path ?? ''}: ${error}`);
    return result as T;
  }

  /** Returns when the container has ended as well, so that it no longer uses the volumes. */
  async end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    if (this.hasEnded) return;
    this.isEnding = true;
    this.child.stdin.end();
    await Promise.race([ended, sleep(ENDS_WITHIN_MS, undefined, { ref: false })]);
  }

  private next(what: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const failLate = () =>
        this.fail(new DockerFailedError('exec', `no answer to \`${what}\` within ${ANSWERS_WITHIN_MS / 1000} s`));
      const timer = setTimeout(failLate, ANSWERS_WITHIN_MS);
      timer.unref();
      this.waiting.push({
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  private fail(error: Error): void {
    this.hasEnded = true;
    this.child.stdin.destroy();
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  private explainEnd(args: readonly string[], code: number | null): Error {
    return explainFailure(args, { stdout: '', stderr: this.errors || `it ended with ${code}`, exitCode: code ?? 1 });
  }
}
