import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readJson, writeJsonAtomic } from '../project/atomic-file.js';
import { packagePath } from '../project/package-files.js';
import type { Reporter } from '../report/reporter.js';
import type { VenvLayout } from './cache-layout.js';
import { requireFreeSpace } from './disk.js';
import { showGrowth } from './growth.js';
import { removeAll, withIncoming } from './incoming.js';
import type { Java } from './probe-toolchain.js';
import { lastLine, type PlainEnvironment, type RunCommand } from './run-command.js';
import { toMegabytes } from './units.js';

export interface ClassArchiveOptions {
  readonly cacheFolder: string;
  readonly layout: VenvLayout;
  /** The jars before Spark's, without which Spark works too. */
  readonly classPath: readonly string[];
  readonly java: Java;
  readonly env: PlainEnvironment;
  readonly run: RunCommand;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** What an archive is for: another Java, class path or script makes another one. */
type ArchiveSubject = Pick<ClassArchiveOptions, 'layout' | 'classPath' | 'java'>;

/** The file beside an archive: what it is for, and its size. If that Java could not make one: why not, and when it tried. */
interface ArchiveRecord {
  readonly home: string;
  readonly build: string;
  /** A hash of the script and of the jars before Spark's; records of earlier versions have none. */
  readonly madeFrom?: string;
  readonly bytes: number | null;
  readonly reason: string | null;
  readonly triedAt: string;
}

const SCRIPT = packagePath('templates', 'load_classes.py');
/** Measured 206 MB; Java writes it only once. */
const NEEDED_BYTES = 400_000_000;
/** Measured 64 s on a slow machine, twice that on a busy one. */
const MADE_WITHIN_MS = 600_000;
/** The reason why a Java could not make one may pass, such as too little free memory. */
const TRY_AGAIN_AFTER_MS = 24 * 3_600_000;

/**
 * Makes the archive of Spark's classes for this Java, unless it is there. A class data archive holds classes as they are after
 * loading: a driver needs 17 s of CPU time to start and end with it, and 30 s without. Java uses it only with the class path that
 * it was made with (some jars, an empty folder of settings, Spark's jars), and otherwise starts without it. Where Java cannot make it,
 * the step says so, and it is tried again a day later. Call it with the provision lock held.
 * @throws NO_SPACE, and what the cache folder refuses
 */
export async function ensureClassArchive(options: ClassArchiveOptions): Promise<void> {
  const { cacheFolder, layout, java, report, signal } = options;
  if (await isClassArchiveSettled(options)) return;
  await report.step('Prepare quick starts of Spark', async (step) => {
    await removeOrphans(layout);
    await requireFreeSpace(cacheFolder, NEEDED_BYTES);
    const outcome = await withIncoming(options, (incoming) => makeArchive(options, incoming));
    signal.throwIfAborted();
    const record: ArchiveRecord = {
      home: java.home,
      build: java.build,
      madeFrom: await hashOfSources(options),
      bytes: outcome.bytes ?? null,
      reason: outcome.reason ?? null,
      triedAt: new Date().toISOString(),
    };
    await writeJsonAtomic(recordFile(layout, java), record);
    step.detail(outcome.bytes ? `${toMegabytes(outcome.bytes)} MB` : `left out: ${outcome.reason}`);
  });
}

/** Whether nothing is to be done: there is an archive of the right size for this Java, or it could not make one in the last day. */
export async function isClassArchiveSettled(subject: ArchiveSubject): Promise<boolean> {
  const record = await readRecord(subject);
  if (!record) return false;
  if (record.bytes === null) return Date.now() - Date.parse(record.triedAt) < TRY_AGAIN_AFTER_MS;
  return record.bytes === (await sizeOf(archiveFile(subject.layout, subject.java)));
}

/** The archive for this Java; undefined where there is none, or only a part of one, which would crash a JVM. */
export async function findClassArchive(subject: ArchiveSubject): Promise<string | undefined> {
  const file = archiveFile(subject.layout, subject.java);
  const bytes = (await readRecord(subject))?.bytes;
  return bytes && bytes === (await sizeOf(file)) ? file : undefined;
}

/** Many packages put each build of Java into a folder of its own and remove the build before it, whose archive nobody needs then. */
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
  const { layout, classPath, java, run, report, signal } = options;
  const unfinished = join(incoming, 'spark.jsa');
  await mkdir(emptyConf(layout.sparkHome), { recursive: true });
  const args = [
    ...['--master', 'local[1]'],
    // The name alone, relative to where it runs: Spark would split a path at its blanks.
    ...['--driver-java-options', '-XX:ArchiveClassesAtExit=spark.jsa -XX:TieredStopAtLevel=1'],
    ...['--driver-class-path', classPath.join(':')],
    SCRIPT,
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

// Drivers do not get them either, and an archive fits only the options that it was made with.
const JAVA_OPTIONS = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'];

function makingEnvironment({ layout, java, env }: ClassArchiveOptions, incoming: string): PlainEnvironment {
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

// In the venv's folder: when a venv is built again, its jars are others, and the old archives are deleted with it.
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

async function readRecord(subject: ArchiveSubject): Promise<ArchiveRecord | undefined> {
  const { layout, java } = subject;
  const record = await readJson<ArchiveRecord>(recordFile(layout, java));
  return record?.build === java.build && record.madeFrom === (await hashOfSources(subject)) ? record : undefined;
}

/** Java wants each jar of the class path as it was, and compares also when it was changed. */
async function hashOfSources({ classPath }: ArchiveSubject): Promise<string> {
  const stats = await Promise.all(classPath.map((jar) => stat(jar).catch(() => undefined)));
  const jars = classPath.map((jar, index) => [jar, stats[index]?.size, stats[index]?.mtimeMs]);
  const hash = createHash('sha256').update(await readFile(SCRIPT, 'utf8'));
  return hash.update(JSON.stringify(jars)).digest('hex').slice(0, 16);
}

function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
