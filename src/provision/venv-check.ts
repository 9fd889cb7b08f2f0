import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toJson } from '../project/atomic-file.js';
import { toMinorVersion, type VenvLayout } from './cache-layout.js';
import type { ArtifactLock } from './lock-file.js';
import type { Python } from './toolchain.js';

interface RecordedFile {
  readonly path: string;
  readonly bytes: number;
}

/** What complete.json of a venv for this lock and this Python says. */
export function describeVenv(lock: ArtifactLock, python: Pick<Python, 'version'>): string {
  const contents = { spark: lock.spark, python: toMinorVersion(python.version), packages: lock.python.packages };
  return toJson(contents);
}

/**
 * Whether a venv was finished for this lock and still has every file of its pinned packages in the right size.
 * It compares sizes alone: to read the 450 MB of Spark's jars at every start would take too long.
 */
export async function isVenvComplete(
  layout: VenvLayout,
  lock: ArtifactLock,
  python: Pick<Python, 'version'>,
): Promise<boolean> {
  try {
    if ((await readFile(layout.completeFile, 'utf8')) !== describeVenv(lock, python)) return false;
    await access(layout.python);
    const verdicts = await Promise.all(listPackageNames(lock).map((name) => isPackageWhole(layout.sitePackages, name)));
    return verdicts.every(Boolean);
  } catch {
    return false;
  }
}

function listPackageNames(lock: ArtifactLock): string[] {
  const names = lock.python.packages.map((requirement) => /^[A-Za-z0-9._-]+/.exec(requirement)?.[0] ?? requirement);
  return [...new Set(names.map((name) => name.toLowerCase().replace(/[-.]+/g, '_')))];
}

async function isPackageWhole(sitePackages: string, name: string): Promise<boolean> {
  const folders = await readdir(sitePackages);
  const info = folders.filter((folder) => folder.toLowerCase().startsWith(`${name}-`) && folder.endsWith('.dist-info'));
  if (info.length !== 1) return false;
  const files = parseRecord(await readFile(join(sitePackages, String(info[0]), 'RECORD'), 'utf8'));
  const verdicts = await Promise.all(files.map(({ path, bytes }) => hasSize(join(sitePackages, path), bytes)));
  return files.length > 0 && verdicts.every(Boolean);
}

/** RECORD is CSV of path, hash and size. Compiled files do not count: Python may write them again at any time. */
function parseRecord(text: string): RecordedFile[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^(?:"((?:[^"]|"")+)"|([^,]+)),[^,]*,(\d+)$/.exec(line);
    const path = match?.[1]?.replaceAll('""', '"') ?? match?.[2];
    return path && !path.endsWith('.pyc') ? [{ path, bytes: Number(match?.[3]) }] : [];
  });
}

async function hasSize(path: string, bytes: number): Promise<boolean> {
  return (await stat(path)).size === bytes;
}
