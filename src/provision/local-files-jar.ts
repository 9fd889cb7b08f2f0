import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../project/atomic-file.js';
import { packagePath } from '../project/package-files.js';
import { locateOwnJars } from './cache-layout.js';

/** The jar with `millrace.LocalFiles`, as it ships. */
export const LOCAL_FILES_JAR = packagePath('jvm', 'local-files.jar');

/**
 * Puts the jar into the cache, named by what is in it: the archive of classes belongs to the jar's path, and the installations of
 * millrace that share a cache share the archive.
 * @returns its path; undefined in a cache that takes no more, where Spark does without it
 */
export async function placeLocalFilesJar(cacheFolder: string): Promise<string | undefined> {
  const content = await readFile(LOCAL_FILES_JAR);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const path = join(locateOwnJars(cacheFolder), `local-files-${hash}.jar`);
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === content.length) return path;
  return writeFileAtomic(path, content).then(
    () => path,
    () => undefined,
  );
}
