import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tellsOfFullDisk } from './disk.js';
import { renderIvyModule, renderIvySettings } from './ivy-files.js';
import { readIvyFailure } from './ivy-output.js';
import type { JarSet } from './jar-check.js';
import { javaProxyArguments } from './java-proxy.js';
import type { MavenMirror } from './mirrors.js';
import type { Java } from './probe-toolchain.js';
import { provisionErrors } from './provision-errors.js';
import type { CommandResult, PlainEnvironment, RunCommand } from './run-command.js';

export interface IvyOptions {
  readonly java: Java;
  readonly sparkHome: string;
  readonly mirror?: MavenMirror | undefined;
  readonly env: PlainEnvironment;
  readonly run: RunCommand;
  readonly signal: AbortSignal;
  /** The most that the download takes on the disk. */
  readonly neededBytes: number;
}

// Ivy tries every jar before it gives up, and waits for a connection each time: 12 minutes for 49 jars.
const FIRST_ANSWER_MS = 50_000;

/** The folder below `incoming` that Ivy fills first. */
export const IVY_CACHE = 'ivy-cache';

/**
 * Fetches the jars of the sets into `<incoming>/<set>/<file>` in one run of the Ivy that Spark ships.
 * The caller has to verify them.
 * @throws DOWNLOAD_FAILED, NO_SPACE
 */
export async function fetchWithIvy(options: IvyOptions, sets: readonly JarSet[], incoming: string): Promise<void> {
  const settings = join(incoming, 'ivysettings.xml');
  const module = join(incoming, 'ivy.xml');
  await writeFile(settings, renderIvySettings(options.mirror));
  await writeFile(module, renderIvyModule(sets));
  const files = ['-settings', settings, '-cache', join(incoming, IVY_CACHE), '-ivy', module];
  const retrieve = ['-retrieve', join(incoming, '[conf]', '[artifact]-[revision].[ext]')];
  const args = [...javaProxyArguments(options.env), '-jar', await findIvy(options.sparkHome), ...files, ...retrieve];
  const result = await runUnlessSilent(options, args, incoming);
  if (result.exitCode !== 0) throw explainFailure(options, result, incoming);
}

async function findIvy(sparkHome: string): Promise<string> {
  const folder = join(sparkHome, 'jars');
  const name = (await readdir(folder)).find((candidate) => /^ivy-[\d.]+\.jar$/.test(candidate));
  if (!name) throw new Error(`There is no Ivy in ${folder}`);
  return join(folder, name);
}

/** Runs Ivy, and gives up when after a while no repository has answered for any jar. */
async function runUnlessSilent(options: IvyOptions, args: readonly string[], cwd: string): Promise<CommandResult> {
  const { java, env, run, signal } = options;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), FIRST_ANSWER_MS);
  const onLine = (line: string) => {
    if (/^\s+found /.test(line)) clearTimeout(timer);
  };
  try {
    return await run(java.binary, args, { env, cwd, onLine, signal: AbortSignal.any([signal, silence.signal]) });
  } catch (error) {
    if (!silence.signal.aborted || signal.aborted) throw error;
    const reason = `no answer within ${FIRST_ANSWER_MS / 1000} s`;
    const hint = giveHint(options.mirror);
    throw provisionErrors.DOWNLOAD_FAILED({ what: "Kafka's jars", reason, hint }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function explainFailure(options: IvyOptions, { stdout, stderr }: CommandResult, folder: string): Error {
  const output = `${stdout}\n${stderr}`;
  if (tellsOfFullDisk(output)) return provisionErrors.NO_SPACE({ folder, neededBytes: options.neededBytes });
  const { modules, reason } = readIvyFailure(output);
  return provisionErrors.DOWNLOAD_FAILED({ what: nameModules(modules), reason, hint: giveHint(options.mirror) });
}

function nameModules([first, ...others]: readonly string[]): string {
  if (!first) return "Kafka's jars";
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function giveHint(mirror?: MavenMirror): string {
  return mirror
    ? `Check the mirror ${mirror.url} (${mirror.from}), or set mirrors.maven to another one.`
    : 'Check the network and HTTPS_PROXY, or set mirrors.maven to a Maven repository that this machine can reach.';
}
