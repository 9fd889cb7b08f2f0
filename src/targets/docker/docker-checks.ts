import { existsSync } from 'node:fs';
import { measureFreeBytes } from '../../provision/disk.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import { checkMemory, GB, runCheck } from '../checks.js';
import type { Check } from '../target.js';
import type { DockerEngine, EngineFacts } from './engine.js';

/** For topics and results; images that are not there yet take 3 GB more. */
export const NEEDED_DISK_BYTES = GB;

export interface DockerCheckOptions {
  readonly engine: DockerEngine;
  readonly provisioning: ProvisionOptions;
  readonly images: string | undefined;
  /** Describes the ports that `up` would use. @throws PORT_TAKEN */
  readonly planPorts: () => Promise<string>;
}

/** Checks what the docker target needs; changes and pulls nothing. */
export async function checkDocker({
  engine,
  provisioning,
  images,
  planPorts,
}: DockerCheckOptions): Promise<readonly Check[]> {
  const facts = await engine.probe().catch((error: unknown) => error);
  if (facts instanceof Error) return [await runCheck('Docker', () => Promise.reject(facts))];
  const { version, composeVersion, memoryBytes, rootFolder } = facts as EngineFacts;
  return [
    await runCheck('Docker', async () => `engine ${version}, compose ${composeVersion}`),
    checkMemory("Docker's memory", memoryBytes, 'Give Docker more memory, or set `workers: 1` in millrace.yaml.'),
    await checkDisk(rootFolder),
    await runCheck('ports', planPorts),
    await runCheck('mirror of images', async () => images ?? "none set, the engine's own"),
    await runCheck('mirror of jars', async () => mavenMirror(provisioning)?.url ?? 'none set, Maven Central'),
  ];
}

/** Undefined where the engine runs in a virtual machine: its folder does not exist here. */
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
      free === undefined
        ? `${folder}, which cannot be seen from here`
        : `${(free / GB).toFixed(1)} GB free in ${folder}`,
    mend: isOk ? '' : 'Free some space there: `docker system df` shows what takes it.',
    isRequired: true,
  };
}
