import { join } from 'node:path';
import type { ArtifactLock } from './lock-file.js';
import type { Python } from './toolchain.js';

export interface VenvLayout {
  readonly folder: string;
  /** Written last: a venv without it was never finished. */
  readonly completeFile: string;
  readonly python: string;
  readonly sitePackages: string;
  readonly sparkHome: string;
}

/** Where the venv for this Spark and this Python lies; each Python minor version has one of its own. */
export function locateVenv(cacheFolder: string, lock: ArtifactLock, python: Pick<Python, 'version'>): VenvLayout {
  const minor = toMinorVersion(python.version);
  const folder = join(cacheFolder, 'venv', `spark-${lock.spark}-py${minor}`);
  const sitePackages = join(folder, 'lib', `python${minor}`, 'site-packages');
  return {
    folder,
    completeFile: join(folder, 'complete.json'),
    python: join(folder, 'bin', 'python'),
    sitePackages,
    sparkHome: join(sitePackages, 'pyspark'),
  };
}

/** The folder of the broker's jars; its class path is the whole folder. */
export function locateBrokerJars(cacheFolder: string, lock: ArtifactLock): string {
  return join(cacheFolder, 'broker', lock.kafka);
}

/** The folder of the jars that a job needs to read and write Kafka. */
export function locateConnectorJars(cacheFolder: string, lock: ArtifactLock): string {
  return join(cacheFolder, 'connector', lock.spark);
}

/** The folder of millrace's own jars for Spark's processes. */
export function locateOwnJars(cacheFolder: string): string {
  return join(cacheFolder, 'own');
}

/** Where downloads lie until they are verified. */
export function locateIncoming(cacheFolder: string): string {
  return join(cacheFolder, 'incoming');
}

/** The lock that whoever downloads must hold. */
export function locateProvisionLock(cacheFolder: string): string {
  return join(cacheFolder, 'provision.lock');
}

/** `3.11` of `3.11.7`. */
export function toMinorVersion(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
