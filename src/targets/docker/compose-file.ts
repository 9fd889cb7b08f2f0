import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../project/atomic-file.js';
import { packagePath } from '../../project/package-files.js';
import type { ClusterSize } from '../target.js';
import type { DockerPorts } from './docker-ports.js';
import type { Coordination, DockerFolders } from './docker-state.js';
import { type SparkImage, sparkContext } from './spark-image.js';

/** The user's own additions, in the folder of millrace.yaml; compose merges them over the shipped files. */
const OVERRIDE = 'compose.override.yaml';
const SHIPPED: Readonly<Record<Coordination, readonly string[]>> = {
  kraft: ['compose.yaml'],
  zookeeper: ['compose.yaml', 'compose.zookeeper.yaml'],
};

/** The values that are filled into the shipped compose files. */
export interface ComposeValues {
  readonly project: string;
  readonly name: string;
  readonly coordination: Coordination;
  readonly ports: DockerPorts;
  readonly size: ClusterSize;
  readonly spark: SparkImage;
  readonly mirrors: {
    readonly images: string | undefined;
    readonly maven: string | undefined;
    readonly pip: string | undefined;
  };
}

/** Writes the project's compose files into a folder and returns them in the order that compose takes them. */
export async function writeComposeFiles(folder: string, values: ComposeValues): Promise<readonly string[]> {
  const files = SHIPPED[values.coordination].map(async (file) => {
    const path = join(folder, file);
    await writeFileAtomic(path, fillCompose(await readFile(packagePath('docker', file), 'utf8'), values));
    return path;
  });
  const override = join(values.project, OVERRIDE);
  return [...(await Promise.all(files)), ...(existsSync(override) ? [override] : [])];
}

/** `compose` with these files and the project's name; relative paths in the override count from the project's folder. */
export function composeArguments(folders: DockerFolders, files: readonly string[]): string[] {
  // Without the override, if the user has deleted it since. The first file is always given: without one, compose would look for files.
  const flags = files.filter((file, index) => index === 0 || existsSync(file)).flatMap((file) => ['--file', file]);
  return ['compose', '--project-name', folders.name, '--project-directory', folders.project, ...flags];
}

/** The same for commands that take long: compose then prints its progress as lines. */
export function composeInLines(folders: DockerFolders, files: readonly string[]): string[] {
  const [compose, ...flags] = composeArguments(folders, files);
  return [String(compose), '--progress', 'plain', ...flags];
}

/** The prefix of the names of all public images. */
export function imagePrefix({ images }: ComposeValues['mirrors']): string {
  return images === undefined ? '' : `${images}/`;
}

/** A shipped compose file with the values of this project; a variable without a value gets the file's default. */
export function fillCompose(text: string, values: ComposeValues): string {
  const settings = toSettings(values);
  return withWorkers(text.replaceAll('\r\n', '\n'), values.size.workers)
    .replace(/^name: millrace$/m, `name: ${values.name}`)
    .replace(/\$\{(MILLRACE_\w+):-([^}]*)\}/g, (_whole, name: string, fallback: string) =>
      Object.hasOwn(settings, name) ? escapeValue(String(settings[name])) : fallback,
    );
}

/** Escapes a value that is inside double quotes of YAML, and its dollar signs, which compose would replace. */
function escapeValue(value: string): string {
  return JSON.stringify(value).slice(1, -1).replaceAll('$', '$$$$');
}

function toSettings({ ports, size, spark, mirrors }: ComposeValues): Record<string, string | number> {
  const { workers, workerCores, workerMemoryMb } = size;
  const pages = ports.workerUis.map((port, index) => [`MILLRACE_WORKER_${index + 1}_UI`, port]);
  return {
    MILLRACE_IMAGES: imagePrefix(mirrors),
    MILLRACE_MAVEN_MIRROR: mirrors.maven ?? '',
    MILLRACE_PIP_INDEX: mirrors.pip ?? '',
    MILLRACE_SPARK_IMAGE: spark.image,
    MILLRACE_SPARK_CONTEXT: sparkContext(),
    MILLRACE_SPARK_TAG: spark.baseTag,
    MILLRACE_SPARK_VERSION: spark.version,
    MILLRACE_SCALA_VERSION: spark.scala,
    MILLRACE_NUMPY: spark.numpy,
    MILLRACE_BROKER_PORT: ports.broker,
    MILLRACE_MASTER_UI: ports.masterUi,
    MILLRACE_DRIVER_UI: ports.driverUi,
    MILLRACE_DRIVER_UIS: `${ports.driverUi}-${ports.driverUi + ports.driverUis - 1}`,
    MILLRACE_WORKER_CORES: workerCores,
    MILLRACE_WORKER_MEMORY: `${workerMemoryMb}m`,
    MILLRACE_WORKER_LIMIT: `${workerLimitMb(size)}m`,
    MILLRACE_MASTER_LIMIT: `${masterLimitMb(workers * workerCores)}m`,
    ...Object.fromEntries(pages),
  };
}

/** The worker's JVM (256 MB of heap), its executors' heaps, and what each executor's JVM needs beside its heap. */
function workerLimitMb({ workerCores, workerMemoryMb }: ClusterSize): number {
  return 512 + workerMemoryMb + 384 * workerCores;
}

/**
 * The master's JVM, and a driver for each core of the workers, since more drivers could not get an executor. The driver of a
 * stream takes about 1 GB (512 MB of heap, JVM, Python), that of a training 1.5 GB, but a training also uses two cores.
 */
function masterLimitMb(cores: number): number {
  return 512 + Math.max(1536, 1024 * cores);
}

/** The shipped file has two workers; more are copies of the second. */
function withWorkers(text: string, workers: number): string {
  const [second] = /^ {2}worker-2:\n(?: {4}.*\n|\n)*/m.exec(text) ?? [];
  if (second === undefined) return text;
  const others = Array.from({ length: Math.max(0, workers - 2) }, (_, index) =>
    second.replaceAll('worker-2', `worker-${index + 3}`).replaceAll('WORKER_2', `WORKER_${index + 3}`),
  );
  return text.replace(second, () => [...(workers > 1 ? [second] : []), ...others].join(''));
}
