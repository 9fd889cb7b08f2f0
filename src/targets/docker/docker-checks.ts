import { existsSync } from 'node:fs';
import { MillraceError } from '../../errors.js';
import { measureFreeBytes } from '../../provision/disk.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import type { Check } from '../target.js';
import type { DockerEngine, EngineFacts } from './engine.js';

const GB = 1024 ** 3;
const NEEDED_MEMORY_GB = 4;
/** Topics and results; the images take 3 GB more when they are not there yet. */
export const NEEDED_DISK_BYTES = GB;

export interface DockerCheckOptions {
  readonly engine: DockerEngine;
  readonly provisioning: ProvisionOptions;
  readonly images: string | undefined;
  /** Tells whether the ports are free, without taking them. @throws PortTakenError */
  readonly planPorts: () => Promise<string>;
}

/** What the docker target needs; nothing is changed, nothing is pulled. */
export async function checkDocker({
  engine,
  provisioning,
  images,
  planPorts,
}: DockerCheckOptions): Promise<readonly Check[]> {
  const facts = await engine.probe().catch((error: unknown) => error);
  if (facts instanceof Error) return [await attempt('Docker', () => Promise.reject(facts))];
  const { version, composeVersion, memoryBytes, rootFolder } = facts as EngineFacts;
  const gigabytes = memoryBytes / GB;
  const isRoomy = gigabytes >= NEEDED_MEMORY_GB;
  return [
    await attempt('Docker', async () => `engine ${version}, compose ${composeVersion}`),
    {
      name: "Docker's memory",
      isOk: isRoomy,
      found: `${gigabytes.toFixed(1)} GB${isRoomy ? '' : `, and the cluster with one job wants ${NEEDED_MEMORY_GB}`}`,
      mend: isRoomy ? '' : 'Give Docker more memory, or set `workers: 1` in millrace.yaml.',
      isRequired: false,
    },
    await checkDisk(rootFolder),
    await attempt('ports', planPorts),
    await attempt('mirror of images', async () => images ?? "none set, the engine's own"),
    await attempt('mirror of jars', async () => mavenMirror(provisioning)?.url ?? 'none set, Maven Central'),
  ];
}

/** Undefined for the folder of an engine in a virtual machine, which is not on this one. */
export async function freeBytesOf(folder: string): Promise<number | undefined> {
  return existsSync(folder) ? measureFreeBytes(folder).catch(() => undefined) : undefined;
}

async function checkDisk(folder: string): Promise<Check> {
  const free = await freeBytesOf(folder);
  const isOk = free === undefined || free >= NEEDED_DISK_BYTES;
  return {
    name: "Docker's disk",
    isOk,
    found:
      free === undefined ? `${folder}, not to be seen from here` : `${(free / GB).toFixed(1)} GB free in ${folder}`,
    mend: isOk ? '' : 'Free space there: `docker system df` shows what takes it.',
    isRequired: true,
  };
}

async function attempt(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, isOk: true, found: await look(), mend: '', isRequired: true };
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { name, isOk: false, found: error.message, mend: error.hint, isRequired: true };
  }
}
