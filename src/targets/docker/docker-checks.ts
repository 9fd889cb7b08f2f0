import { existsSync } from 'node:fs';
import { measureFreeBytes } from '../../provision/disk.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import { attempt, checkMemory, GB } from '../checks.js';
import type { Check } from '../target.js';
import type { DockerEngine, EngineFacts } from './engine.js';

/** Topics and results; the images take 3 GB more when they are not there yet. */
export const NEEDED_DISK_BYTES = GB;

export interface DockerCheckOptions {
  readonly engine: DockerEngine;
  readonly provisioning: ProvisionOptions;
  readonly images: string | undefined;
  /** Tells whether the ports are free, without taking them. @throws PORT_TAKEN */
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
  return [
    await attempt('Docker', async () => `engine ${version}, compose ${composeVersion}`),
    checkMemory("Docker's memory", memoryBytes, 'Give Docker more memory, or set `workers: 1` in millrace.yaml.'),
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
