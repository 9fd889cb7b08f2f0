import { tellsOfFullDisk } from '../../provision/disk.js';
import type { Reporter } from '../../report/reporter.js';
import type { DockerEngine } from './engine.js';
import { explainFailure } from './engine.js';
import { DockerFailedError, ENGINE_FOLDER, engineErrors } from './engine-errors.js';

export interface ImageOptions {
  readonly engine: DockerEngine;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Public images that must exist on this machine. */
  readonly pulled: readonly string[];
  /** `mirrors.images`, for the error message. */
  readonly mirror: string | undefined;
  readonly built: {
    readonly image: string;
    /** The published image that it is derived from. */
    readonly base: string;
    /** The arguments of `docker` that build it. */
    readonly command: readonly string[];
  };
}

/** Pulls and builds the images that are missing, and shows the progress. @throws PULL_FAILED, BUILD_FAILED, NO_SPACE */
export async function ensureImages(options: ImageOptions): Promise<void> {
  const { engine, pulled, built } = options;
  const isBuilt = await hasImage(engine, built.image);
  for (const image of isBuilt ? pulled : [...pulled, built.base]) {
    if (!(await hasImage(engine, image))) await pull(options, image);
  }
  if (!isBuilt) await build(options);
}

export async function hasImage(engine: DockerEngine, image: string): Promise<boolean> {
  const { exitCode, stderr, stdout } = await engine.tryDocker(['image', 'inspect', '--format', '{{.Id}}', image]);
  if (exitCode === 0) return true;
  if (/no such image/i.test(stderr)) return false;
  throw explainFailure(['image', 'inspect', image], { exitCode, stderr, stdout });
}

async function pull({ engine, report, signal, mirror }: ImageOptions, image: string): Promise<void> {
  await report.step(`pull ${image}`, async () => {
    const layers = new LayerCount();
    const onLine = (line: string) => {
      if (layers.read(line)) report.progress({ label: `pulling ${image}`, ...layers.now(), unit: 'layers' });
    };
    const result = await engine.tryDocker(['pull', image], { signal, onLine });
    if (result.exitCode === 0) return;
    const failure = explainFailure(['pull', image], result);
    if (!(failure instanceof DockerFailedError)) throw failure;
    throw engineErrors.PULL_FAILED({ image, reason: failure.reason, mirror });
  });
}

async function build({ engine, report, signal, built }: ImageOptions): Promise<void> {
  await report.step(`build ${built.image}`, async () => {
    const lines: string[] = [];
    const onLine = (line: string) => {
      lines.push(line);
      const [, stage] = /^#\d+ (\[.*\S)/.exec(line) ?? [];
      if (stage) report.progress({ label: `building ${stage}` });
    };
    const result = await engine.tryDocker(built.command, { signal, onLine });
    if (result.exitCode === 0) return;
    const failure = explainFailure(built.command, result);
    if (tellsOfFullDisk(lines.join('\n'))) throw engineErrors.NO_SPACE({ folder: ENGINE_FOLDER });
    if (!(failure instanceof DockerFailedError)) throw failure;
    throw engineErrors.BUILD_FAILED({ image: built.image, reason: findReason(lines) });
  });
}

/** The reason in the output of the failing step; BuildKit's last line only names the step. */
function findReason(lines: readonly string[]): string {
  const failed = lines.map((line) => /^(#\d+) ERROR: /.exec(line)?.[1]).find((step) => step !== undefined);
  const own = lines.filter((line) => failed === undefined || line.startsWith(`${failed} `));
  const said = own.flatMap((line) => /^#\d+ [\d.]+ (.*\S)/.exec(line)?.[1] ?? []);
  const telling = said.find((line) => /error|unresolved|not found|failed|refused|timed? out/i.test(line));
  return (telling ?? said.at(-1) ?? lines.at(-1) ?? '').slice(0, 300);
}

/** Counts the layers of a pull, from the lines that docker prints without a terminal. */
class LayerCount {
  private readonly layers = new Map<string, boolean>();

  /** Returns whether the line was about a layer. */
  read(line: string): boolean {
    const [, id, state] = /^([0-9a-f]{12}): (.+)$/.exec(line.trim()) ?? [];
    if (id === undefined || state === undefined) return false;
    this.layers.set(id, /^(Pull complete|Already exists)/.test(state));
    return true;
  }

  now(): { done: number; total: number } {
    const states = [...this.layers.values()];
    return { done: states.filter(Boolean).length, total: states.length };
  }
}
