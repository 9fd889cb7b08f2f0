import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../report/reporter.js';
import {
  locateBrokerJars,
  locateConnectorJars,
  locateProvisionLock,
  locateVenv,
  toMinorVersion,
} from './cache-layout.js';
import { ensureClassArchive, findClassArchive, isClassArchiveSettled } from './class-archive.js';
import { explainDiskTrouble } from './disk.js';
import { clearIncoming } from './incoming.js';
import { describeMissingJars, isSetGood, listJarSets, type MissingArtifact } from './jar-check.js';
import { ensureJars } from './jars.js';
import { placeLocalFilesJar } from './local-files-jar.js';
import type { ArtifactLock } from './lock-file.js';
import type { MavenMirror } from './mirrors.js';
import type { Java } from './probe-toolchain.js';
import type { PlainEnvironment, RunCommand } from './run-command.js';
import type { Python } from './toolchain.js';
import { ensureVenv, VENV_NEEDED_BYTES } from './venv.js';
import { isVenvComplete } from './venv-check.js';

export interface ArtifactOptions {
  readonly cacheFolder: string;
  readonly lock: ArtifactLock;
  readonly java: Java;
  readonly python: Python;
  readonly mirror?: MavenMirror | undefined;
  /** The environment for downloads, already cleaned. */
  readonly env: PlainEnvironment;
  readonly run: RunCommand;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Runs work while holding the lock file at `path`. */
  readonly withLock: <T>(path: string, work: () => Promise<T>) => Promise<T>;
}

export interface Artifacts {
  /** The venv's Python. */
  readonly python: string;
  readonly sparkHome: string;
  /** The folder whose jars are the broker's class path. */
  readonly brokerJars: string;
  readonly connectorJars: readonly string[];
  /** The jar with Hadoop's local file system that starts no programs; absent where the cache does not take it. */
  readonly localFilesJar?: string;
  /** Drivers and executors start quicker with it; absent where this Java could not make it. */
  readonly classArchive?: string;
  readonly versions: { readonly spark: string; readonly kafka: string; readonly scala: string };
}

// The source package of Spark, numpy, py4j and what pip needs to build with.
const VENV_DOWNLOAD_MB = 470;

/**
 * Makes sure that the cache has Spark's venv, the broker's jars and the connector's jars, complete and as pinned, and an archive
 * of Spark's classes for quick starts. When they are there, it runs nothing and needs no network. An abort rejects, and nothing
 * that is half done is ever used.
 * @throws DOWNLOAD_FAILED, ARTIFACT_DAMAGED, NO_SPACE, CACHE_FOLDER, PYTHON_MISSING
 */
export async function ensureArtifacts(options: ArtifactOptions): Promise<Artifacts> {
  const { cacheFolder, signal } = options;
  try {
    if (!(await isEverythingGood(options)))
      await explainDiskTrouble(cacheFolder, VENV_NEEDED_BYTES, () => alone(options, () => provision(options)));
    const localFilesJar = await placeLocalFilesJar(cacheFolder);
    await archiveClasses(options, localFilesJar);
    return await nameArtifacts(options, localFilesJar);
  } catch (error) {
    // The reason for the abort says more than how the program failed that was stopped by it.
    signal.throwIfAborted();
    throw error;
  }
}

/** Spark works without the archive, only slower: where it cannot be made, that is a warning. */
async function archiveClasses(options: ArtifactOptions, localFilesJar: string | undefined): Promise<void> {
  const { cacheFolder, lock, java, python, report, signal } = options;
  const layout = locateVenv(cacheFolder, lock, python);
  const classPath = archivedClassPath(listConnectorJars(options), localFilesJar);
  if (await isClassArchiveSettled({ layout, classPath, java })) return;
  try {
    await alone(options, () => ensureClassArchive({ ...options, layout, classPath }));
  } catch (error) {
    signal.throwIfAborted();
    report.warn(`Spark starts slowly, since its classes could not be archived: ${(error as Error).message}`);
  }
}

async function alone(options: ArtifactOptions, work: () => Promise<void>): Promise<void> {
  await mkdir(options.cacheFolder, { recursive: true });
  await options.withLock(locateProvisionLock(options.cacheFolder), work);
}

async function isEverythingGood({ cacheFolder, lock, python }: ArtifactOptions): Promise<boolean> {
  const venv = isVenvComplete(locateVenv(cacheFolder, lock, python), lock, python);
  const verdicts = await Promise.all([venv, ...listJarSets(cacheFolder, lock).map(isSetGood)]);
  return verdicts.every(Boolean);
}

/** Checks again what is missing: another process may have brought it while this one waited for the lock. */
async function provision(options: ArtifactOptions): Promise<void> {
  const { cacheFolder, lock, python, signal } = options;
  const layout = locateVenv(cacheFolder, lock, python);
  signal.throwIfAborted();
  await clearIncoming(cacheFolder);
  await ensureVenv({ ...options, layout });
  signal.throwIfAborted();
  await ensureJars({ ...options, sparkHome: layout.sparkHome }, listJarSets(cacheFolder, lock));
}

async function nameArtifacts(options: ArtifactOptions, localFilesJar: string | undefined): Promise<Artifacts> {
  const { cacheFolder, lock, java, python } = options;
  const layout = locateVenv(cacheFolder, lock, python);
  const { python: venvPython, sparkHome } = layout;
  const connectorJars = listConnectorJars(options);
  const classPath = archivedClassPath(connectorJars, localFilesJar);
  const classArchive = await findClassArchive({ layout, classPath, java });
  return {
    python: venvPython,
    sparkHome,
    brokerJars: locateBrokerJars(cacheFolder, lock),
    connectorJars,
    ...(localFilesJar === undefined ? {} : { localFilesJar }),
    ...(classArchive === undefined ? {} : { classArchive }),
    versions: { spark: lock.spark, kafka: lock.kafka, scala: lock.scala },
  };
}

function listConnectorJars({ cacheFolder, lock }: Pick<ArtifactOptions, 'cacheFolder' | 'lock'>): string[] {
  const folder = locateConnectorJars(cacheFolder, lock);
  return lock.connectorJars.map(({ file }) => join(folder, file));
}

/** What drivers and executors have on their class path before Spark's jars; the archive of classes is made with it. */
export function archivedClassPath(connectorJars: readonly string[], localFilesJar: string | undefined): string[] {
  return [...(localFilesJar === undefined ? [] : [localFilesJar]), ...connectorJars];
}

export type DescribeMissingOptions = Pick<ArtifactOptions, 'cacheFolder' | 'lock'> & { python?: Python | undefined };

/** What a first start would still have to download, for `doctor`; without a Python no venv can be there. */
export async function describeMissing({
  cacheFolder,
  lock,
  python,
}: DescribeMissingOptions): Promise<MissingArtifact[]> {
  const jars = await Promise.all(listJarSets(cacheFolder, lock).map(describeMissingJars));
  if (python && (await isVenvComplete(locateVenv(cacheFolder, lock, python), lock, python))) return jars.flat();
  const suffix = python ? ` for Python ${toMinorVersion(python.version)}` : '';
  return [{ what: `PySpark ${lock.spark}${suffix}`, megabytes: VENV_DOWNLOAD_MB }, ...jars.flat()];
}
