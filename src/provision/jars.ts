import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reporter } from '../report/reporter.js';
import { measureFolder, requireFreeSpace } from './disk.js';
import { showGrowth } from './growth.js';
import { removeAll, withIncoming } from './incoming.js';
import { fetchWithIvy, IVY_CACHE, type IvyOptions } from './ivy.js';
import { findStrangers, findUnusableJars, type JarSet, sumFile } from './jar-check.js';
import type { LockedJar } from './lock-file.js';
import type { MavenMirror } from './mirrors.js';
import { provisionErrors } from './provision-errors.js';
import { toMegabytes } from './units.js';

export interface JarOptions extends Omit<IvyOptions, 'neededBytes'> {
  readonly cacheFolder: string;
  readonly report: Reporter;
}

/**
 * Makes each set's folder hold exactly its jars, each with the locked SHA-512: what is missing or damaged is fetched
 * in one go, what does not belong is removed. Call it with the provision lock held.
 * @throws ARTIFACT_DAMAGED, DOWNLOAD_FAILED, NO_SPACE
 */
export async function ensureJars(options: JarOptions, sets: readonly JarSet[]): Promise<void> {
  await Promise.all(sets.map(removeStrangers));
  const checked = await Promise.all(sets.map(async (set) => ({ ...set, jars: await findUnusableJars(set) })));
  const missing = checked.filter(({ jars }) => jars.length > 0);
  if (missing.length === 0) return;
  const bytes = countBytes(missing);
  await options.report.step(titleOf(missing), async (step) => {
    await requireFreeSpace(options.cacheFolder, neededBytes(bytes));
    await withIncoming(options, (incoming) => fetchAndPlace(options, missing, incoming));
    step.detail(`${toMegabytes(bytes)} MB`);
  });
}

async function removeStrangers(set: JarSet): Promise<void> {
  const names = await findStrangers(set);
  await Promise.all(names.map((name) => removeAll(join(set.folder, name))));
}

function titleOf(missing: readonly JarSet[]): string {
  const count = missing.reduce((sum, { jars }) => sum + jars.length, 0);
  return `Download ${count} ${count === 1 ? 'jar' : 'jars'} for the ${missing.map(({ name }) => name).join(' and the ')}`;
}

function countBytes(sets: readonly JarSet[]): number {
  return sets.flatMap(({ jars }) => jars).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Ivy writes each jar twice: into its cache, and into the folder that it retrieves to. */
function neededBytes(bytes: number): number {
  return 2 * bytes + 10_000_000;
}

async function fetchAndPlace(options: JarOptions, missing: readonly JarSet[], incoming: string): Promise<void> {
  const bytes = countBytes(missing);
  const measure = async () => {
    const arrived = Math.min((await measureFolder(join(incoming, IVY_CACHE))).bytes, bytes);
    return { label: 'Downloading jars', done: toMegabytes(arrived), total: toMegabytes(bytes), unit: 'MB' };
  };
  await showGrowth({ report: options.report, measure }, () =>
    fetchWithIvy({ ...options, neededBytes: neededBytes(bytes) }, missing, incoming),
  );
  const files = missing.flatMap((set) =>
    set.jars.map((jar) => ({ jar, set, from: join(incoming, set.name, jar.file) })),
  );
  await Promise.all(files.map(({ jar, from }) => verify(jar, from, options.mirror)));
  for (const { jar, from, set } of files) await place(from, join(set.folder, jar.file));
}

async function verify(jar: LockedJar, path: string, mirror?: MavenMirror): Promise<void> {
  const found = await sumFile(path);
  if (found.bytes === jar.bytes && found.sha512 === jar.sha512) return;
  const expected = { bytes: jar.bytes, sha512: jar.sha512 };
  throw provisionErrors.ARTIFACT_DAMAGED({ file: jar.file, expected, found, mirror });
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}
