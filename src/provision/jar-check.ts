import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { locateBrokerJars, locateConnectorJars } from './cache-layout.js';
import type { ArtifactLock, LockedJar } from './lock-file.js';
import { toMegabytes } from './units.js';

export interface FileSum {
  readonly bytes: number;
  readonly sha512: string;
}

/** The jars that belong into one folder; nothing else may lie there. */
export interface JarSet {
  readonly name: 'broker' | 'connector';
  readonly folder: string;
  readonly jars: readonly LockedJar[];
}

export interface MissingArtifact {
  readonly what: string;
  /** The size of its download. */
  readonly megabytes: number;
}

/** The sets that a lock pins, with their folders in the cache. */
export function listJarSets(cacheFolder: string, lock: ArtifactLock): JarSet[] {
  return [
    { name: 'broker', folder: locateBrokerJars(cacheFolder, lock), jars: lock.brokerJars },
    { name: 'connector', folder: locateConnectorJars(cacheFolder, lock), jars: lock.connectorJars },
  ];
}

/** Reads a file as a stream and returns its size and its SHA-512 in hex. */
export async function sumFile(path: string): Promise<FileSum> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  const { size } = await stat(path);
  return { bytes: size, sha512: hash.digest('hex') };
}

/** Those jars of a set that are not there, or whose contents are not the locked ones. */
export async function findUnusableJars({ folder, jars }: JarSet): Promise<LockedJar[]> {
  const verdicts = await Promise.all(jars.map((jar) => isIntact(join(folder, jar.file), jar)));
  return jars.filter((_jar, index) => !verdicts[index]);
}

async function isIntact(path: string, jar: LockedJar): Promise<boolean> {
  try {
    if ((await stat(path)).size !== jar.bytes) return false;
    return (await sumFile(path)).sha512 === jar.sha512;
  } catch {
    return false;
  }
}

/** Names in the folder of a set that the lock does not know. */
export async function findStrangers({ folder, jars }: JarSet): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const known = new Set(jars.map((jar) => jar.file));
  return names.filter((name) => !known.has(name));
}

/** Whether a set's folder holds its jars, intact, and nothing else. */
export async function isSetGood(set: JarSet): Promise<boolean> {
  const [unusable, strangers] = await Promise.all([findUnusableJars(set), findStrangers(set)]);
  return unusable.length === 0 && strangers.length === 0;
}

/** What a set's folder lacks, as one entry; none where it lacks nothing. */
export async function describeMissingJars(set: JarSet): Promise<MissingArtifact[]> {
  const unusable = await findUnusableJars(set);
  if (unusable.length === 0) return [];
  const bytes = unusable.reduce((sum, jar) => sum + jar.bytes, 0);
  return [{ what: `${unusable.length} of ${set.jars.length} ${set.name} jars`, megabytes: toMegabytes(bytes) }];
}
