import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packagePath } from '../../project/package-files.js';

/** The image that Spark's containers run, and what it is made of. */
export interface SparkImage {
  readonly version: string;
  readonly scala: string;
  /** Tag of the published image that it is derived from. */
  readonly baseTag: string;
  /** The derived image. Its name holds the version and a hash of all that is in it, so that a new release builds a new one. */
  readonly image: string;
  /** The numpy that works with this Spark. */
  readonly numpy: string;
}

/** The folder that the image is built from. */
export function sparkContext(): string {
  return packagePath('docker', 'spark');
}

/** Spark 3 comes with Scala 2.12, Spark 4 with 2.13, both with Java 17 (the tags of apache/spark). */
export async function describeSparkImage(version: string): Promise<SparkImage> {
  const isThree = version.startsWith('3.');
  const scala = isThree ? '2.12' : '2.13';
  // Spark 3 was written for numpy 1; 2.2.6 is the last that runs on the Python 3.10 of the public image.
  const numpy = isThree ? 'numpy>=1.21,<2' : 'numpy==2.2.6';
  const baseTag = `${version}-scala${scala}-java17-python3-ubuntu`;
  const fingerprint = await hashFolder(sparkContext(), [baseTag, numpy]);
  return { version, scala, baseTag, numpy, image: `millrace-spark:${version}-${fingerprint}` };
}

async function hashFolder(folder: string, more: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(more.join('\n'));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 10);
}
