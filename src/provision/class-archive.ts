import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readJson, writeJsonAtomic } from '../project/atomic-file.js';
import { packagePath } from '../project/package-files.js';
import type { Reporter } from '../report/reporter.js';
import type { VenvLayout } from './cache-layout.js';
import { requireFreeSpace } from './disk.js';
import { showGrowth } from './growth.js';
import { removeAll, withIncoming } from './incoming.js';
import type { Java } from './probe-toolchain.js';
import { type Environment, lastLine, type RunCommand } from './run-command.js';
import { toMegabytes } from './units.js';

export interface ClassArchiveOptions {
  readonly cacheFolder: string;
  readonly layout: VenvLayout;
  readonly java: Java;
  readonly env: Environment;
  readonly run: RunCommand;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** What stands beside an archive: for which Java it is, and its size; where that Java could make none, why and when. */
interface ArchiveRecord {
  readonly home: string;
  readonly build: string;
  readonly bytes: number | null;
  readonly reason: string | null;
  readonly triedAt: string;
}

/** Measured 183 MB; Java writes it once and moves nothing. */
const NEEDED_BYTES = 400_000_000;
/** Measured 64 s on a slow machine, twice that on a busy one. */
const MADE_WITHIN_MS = 600_000;
/** What kept a Java from it may pass, such as want of memory. */
const TRY_AGAIN_AFTER_MS = 24 * 3_600_000;

/**
 * Makes the archive of Spark's classes for this Java, unless it is there: a class data archive holds them as Java has them after
 * loading, and a driver with it takes 17 s of CPU time to start and end where it takes 30 without. Java uses it only with the class
 * path it was made with, an empty folder of settings and Spark's jars, and starts without it otherwise. Where Java cannot make it,
 * that is said, and tried again a day later. Call it with the provision lock held.
 * @throws NO_SPACE, and what the cache folder refuses
 */
export async function ensureClassArchive(options: ClassArchiveOptions): Promise<void> {
  const { cacheFolder, layout, java, report, signal } = options;
  if (await isClassArchiveSettled(layout, java)) return;
  await report.step('Prepare quick starts of Spark', async (step) => {
    await removeOrphans(layout);
    await requireFreeSpace(cacheFolder, NEEDED_BYTES);
    const outcome = await withIncoming(options, (incoming) => makeArchive(options, incoming));
    signal.throwIfAborted();
    const record: ArchiveRecord = {
      home: java.home,
      build: java.build,
      bytes: outcome.bytes ?? null,
      reason: outcome.reason ?? null,
      triedAt: new Date().toISOString(),
    };
    await writeJsonAtomic(recordFile(layout, java), record);
    step.detail(outcome.bytes ? `${toMegabytes(outcome.bytes)} MB` : `left out: ${outcome.reason}`);
  });
}

/** Whether there is an archive for this Java in its right size, or there can be none for now. */
export async function isClassArchiveSettled(layout: VenvLayout, java: Java): Promise<boolean> {
  const record = await readRecord(layout, java);
  if (!record) return false;
  if (record.bytes === null) return Date.now() - Date.parse(record.triedAt) < TRY_AGAIN_AFTER_MS;
  return record.bytes === (await sizeOf(archiveFile(layout, java)));
}

/** The archive for this Java; undefined where there is none: a part of one would crash a JVM. */
export async function findClassArchive(layout: VenvLayout, java: Java): Promise<string | undefined> {
  const file = archiveFile(layout, java);
  const bytes = (await readRecord(layout, java))?.bytes;
  return bytes && bytes === (await sizeOf(file)) ? file : undefined;
}

/** Many packages put each build of Java into a folder of its own, and take the one before away. */
async function removeOrphans(layout: VenvLayout): Promise<void> {
  const folder = archiveFolder(layout);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((candidate) => candidate.endsWith('.json'))) {
    const home = (await readJson<ArchiveRecord>(join(folder, name)))?.home ?? '';
    if (existsSync(home)) continue;
    for (const path of [name, name.replace(/\.json$/, '')]) await removeAll(join(folder, path));
  }
}

/** Its size, or why Java made none. */
async function makeArchive(
  options: ClassArchiveOptions,
  incoming: string,
): Promise<{ bytes?: number; reason?: string }> {
  const { layout, java, run, report, signal } = options;
  const unfinished = join(incoming, 'spark.jsa');
  await mkdir(emptyConf(layout.sparkHome), { recursive: true });
  const args = [
    ...['--master', 'local[1]'],
    // Relative to where it runs: Spark would split a path with a blank.
    ...['--driver-java-options', '-XX:ArchiveClassesAtExit=spark.jsa -XX:TieredStopAtLevel=1'],
    packagePath('templates', 'load_classes.py'),
  ];
  const how = { env: makingEnvironment(options, incoming), cwd: incoming, signal, timeoutMs: MADE_WITHIN_MS };
  const measure = async () => ({ label: 'Loading them once, for all later starts' });
  const reason = await showGrowth({ report, measure }, () =>
    run(join(layout.sparkHome, 'bin', 'spark-submit'), args, how).then(
      (result) => (result.exitCode === 0 ? undefined : lastLine(result) || `exit code ${result.exitCode}`),
      ({ message }: Error) => message,
    ),
  );
  const bytes = reason === undefined ? await sizeOf(unfinished) : undefined;
  if (bytes === undefined) return { reason: reason ?? `${java.binary} left no archive` };
  const file = archiveFile(layout, java);
  await mkdir(dirname(file), { recursive: true });
  await rename(unfinished, file);
  return { bytes };
}

// Drivers do not get them either, and an archive fits only the options it was made with.
const JAVA_OPTIONS = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'];

function makingEnvironment({ layout, java, env }: ClassArchiveOptions, incoming: string): Environment {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !JAVA_OPTIONS.includes(name))),
    JAVA_HOME: java.home,
    SPARK_HOME: layout.sparkHome,
    SPARK_CONF_DIR: emptyConf(layout.sparkHome),
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: incoming,
    PYSPARK_PYTHON: layout.python,
    PYSPARK_DRIVER_PYTHON: layout.python,
  };
}

/** An empty folder for SPARK_CONF_DIR, the first on the class path: no other installation's settings reach our processes. */
export function emptyConf(sparkHome: string): string {
  return join(sparkHome, 'no-conf');
}

// In the venv's folder: a venv that is built anew has other jars, and takes its archives with it.
function archiveFolder({ folder }: VenvLayout): string {
  return join(folder, 'class-archives');
}

function archiveFile(layout: VenvLayout, { home }: Java): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return join(archiveFolder(layout), `${name}.jsa`);
}

function recordFile(layout: VenvLayout, java: Java): string {
  return `${archiveFile(layout, java)}.json`;
}

async function readRecord(layout: VenvLayout, java: Java): Promise<ArchiveRecord | undefined> {
  const record = await readJson<ArchiveRecord>(recordFile(layout, java));
  return record?.build === java.build ? record : undefined;
}

function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
