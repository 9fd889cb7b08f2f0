import { createHash } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readJson, writeJsonAtomic } from '../project/atomic-file.js';
import { packagePath } from '../project/package-files.js';
import type { Reporter } from '../report/reporter.js';
import type { VenvLayout } from './cache-layout.js';
import { measureFreeBytes } from './disk.js';
import { withIncoming } from './incoming.js';
import type { Java } from './probe-toolchain.js';
import type { Environment, RunCommand } from './run-command.js';
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

/** What stands beside an archive: for which build of Java it is, and its size; none where that build could not make one. */
interface ArchiveRecord {
  readonly java: string;
  readonly bytes: number | null;
}

/** Measured 177 MB; Java writes it once and moves nothing. */
const NEEDED_BYTES = 400_000_000;
/** Measured 64 s on a slow machine, twice that on a busy one. */
const MADE_WITHIN_MS = 900_000;

/**
 * Makes the archive of Spark's classes for this Java, unless it is there: a class data archive holds them as Java has them after
 * loading, and a driver with it takes 17 s of CPU time to start and end where it takes 30 without. Java uses it only with the class path it
 * was made with, `<sparkHome>/conf/` (which must be empty) and the jars, and starts without it otherwise. It is a convenience: where
 * it cannot be made, that is said and remembered, and nothing fails. Call it with the provision lock held.
 */
export async function ensureClassArchive(options: ClassArchiveOptions): Promise<void> {
  const { cacheFolder, layout, java, report, signal } = options;
  if (await isClassArchiveSettled(layout, java)) return;
  await report.step('Prepare quick starts of Spark', async (step) => {
    if ((await measureFreeBytes(cacheFolder)) < NEEDED_BYTES) {
      step.detail(`left out: ${toMegabytes(NEEDED_BYTES)} MB must be free for it`);
      return;
    }
    const bytes = await withIncoming(options, (incoming) => makeArchive(options, incoming));
    signal.throwIfAborted();
    const record: ArchiveRecord = { java: java.build, bytes: bytes ?? null };
    await writeJsonAtomic(recordFile(layout, java), record);
    step.detail(bytes === undefined ? `left out: ${java.binary} could not make it` : `${toMegabytes(bytes)} MB`);
  });
}

/** Whether there is an archive for this Java in its right size, or it is known that there can be none. */
export async function isClassArchiveSettled(layout: VenvLayout, java: Java): Promise<boolean> {
  const record = await readRecord(layout, java);
  return record !== undefined && (record.bytes === null || record.bytes === (await sizeOf(archiveFile(layout, java))));
}

/** The archive for this Java; undefined where there is none: a part of one would crash a JVM. */
export async function findClassArchive(layout: VenvLayout, java: Java): Promise<string | undefined> {
  const file = archiveFile(layout, java);
  const bytes = (await readRecord(layout, java))?.bytes;
  return bytes && bytes === (await sizeOf(file)) ? file : undefined;
}

/** Its size; undefined when Java made none. */
async function makeArchive(options: ClassArchiveOptions, incoming: string): Promise<number | undefined> {
  const { layout, java, run, signal } = options;
  const unfinished = join(incoming, 'spark.jsa');
  await mkdir(sparkConf(layout.sparkHome), { recursive: true });
  const args = [
    ...['--master', 'local[1]'],
    // Relative to where it runs: Spark would split a path with a blank.
    ...['--driver-java-options', '-XX:ArchiveClassesAtExit=spark.jsa -XX:TieredStopAtLevel=1'],
    packagePath('templates', 'load_classes.py'),
  ];
  const env = makingEnvironment(options, incoming);
  const submit = join(layout.sparkHome, 'bin', 'spark-submit');
  const attempt = run(submit, args, { env, cwd: incoming, signal, timeoutMs: MADE_WITHIN_MS });
  const isDone = await attempt.then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
  const bytes = isDone ? await sizeOf(unfinished) : undefined;
  if (bytes === undefined) return undefined;
  const file = archiveFile(layout, java);
  await mkdir(dirname(file), { recursive: true });
  await rename(unfinished, file);
  return bytes;
}

function makingEnvironment({ layout, java, env }: ClassArchiveOptions, incoming: string): Environment {
  return {
    ...env,
    JAVA_HOME: java.home,
    SPARK_HOME: layout.sparkHome,
    SPARK_CONF_DIR: sparkConf(layout.sparkHome),
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: incoming,
    PYSPARK_PYTHON: layout.python,
    PYSPARK_DRIVER_PYTHON: layout.python,
  };
}

/** Spark's own folder of settings, which the package leaves out and we leave empty: no other installation's reach our processes. */
export function sparkConf(sparkHome: string): string {
  return join(sparkHome, 'conf');
}

// In the venv's folder: a venv that is built anew has other jars, and takes its archives with it.
function archiveFile({ folder }: VenvLayout, { home }: Java): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return join(folder, 'class-archives', `${name}.jsa`);
}

function recordFile(layout: VenvLayout, java: Java): string {
  return `${archiveFile(layout, java)}.json`;
}

async function readRecord(layout: VenvLayout, java: Java): Promise<ArchiveRecord | undefined> {
  const record = await readJson<ArchiveRecord>(recordFile(layout, java));
  return record?.java === java.build ? record : undefined;
}

function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
