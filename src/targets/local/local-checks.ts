import { totalmem } from 'node:os';
import { describeMissing } from '../../provision/artifacts.js';
import { measureFreeBytes } from '../../provision/disk.js';
import { describePipIndex } from '../../provision/pip-index.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import { findJava, findPython, type Python } from '../../provision/toolchain.js';
import { checkMemory, GB, runCheck } from '../checks.js';
import type { Check } from '../target.js';
import type { LocalFolders } from './local-state.js';

export const NEEDED_DISK_GB = 1;
const FIRST_START_DISK_GB = 2.7;

export interface CheckOptions {
  readonly folders: LocalFolders;
  readonly provisioning: ProvisionOptions;
  /** Describes the ports that `up` would use. @throws PORT_TAKEN */
  readonly planPorts: () => Promise<string>;
}

/** Checks what the local target needs of this machine; changes and downloads nothing. */
export async function checkThisMachine({ folders, provisioning, planPorts }: CheckOptions): Promise<readonly Check[]> {
  const { env, run, configuredJava, configuredPython } = provisioning;
  const python = await findPython({ env, run, configured: configuredPython }).catch((error: unknown) => error);
  const foundPython = python instanceof Error ? undefined : (python as Python);
  return Promise.all([
    runCheck('Java', async () => {
      const { version, binary } = await findJava({ env, run, configured: configuredJava });
      return `${version}, ${binary}`;
    }),
    runCheck('Python', async () => {
      if (!foundPython) throw python;
      return `${foundPython.version} with venv, ${foundPython.binary}`;
    }),
    checkMemory('memory', memoryBytes(), 'Set `workers: 1` in millrace.yaml, or end other programs.'),
    checkDisk('disk of the project', folders.state, NEEDED_DISK_GB),
    checkDownloads(provisioning, foundPython),
    runCheck('ports', planPorts),
    runCheck('mirror of jars', async () => mavenMirror(provisioning)?.url ?? 'none set, Maven Central'),
    runCheck('mirror of wheels', async () => {
      const index = foundPython && (await describePipIndex(run, foundPython.binary, env));
      return index ?? "none set, pip's own index";
    }),
  ]);
}

/** The memory of this machine; in a container, the limit of the container. */
export function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

async function checkDisk(name: string, folder: string, neededGb: number): Promise<Check> {
  const free = (await measureFreeBytes(folder)) / GB;
  const isOk = free >= neededGb;
  const found = `${free.toFixed(1)} GB free in ${folder}${isOk ? '' : `, and ${neededGb} GB are needed`}`;
  return {
    name,
    isOk,
    found,
    mend: isOk ? '' : 'Free some space there, or put the project (or MILLRACE_CACHE) on another disk.',
    isRequired: true,
  };
}

async function checkDownloads({ cacheFolder, lock }: ProvisionOptions, python: Python | undefined): Promise<Check> {
  const missing = await describeMissing({ cacheFolder, lock, python });
  if (missing.length === 0)
    return { name: 'downloads', isOk: true, found: `complete in ${cacheFolder}`, mend: '', isRequired: false };
  const disk = await checkDisk('downloads', cacheFolder, FIRST_START_DISK_GB);
  const total = missing.reduce((sum, { megabytes }) => sum + megabytes, 0);
  const list = `${missing.map(({ what }) => what).join(', ')}: ${total} MB`;
  if (!disk.isOk) return { ...disk, found: `${list} to come; ${disk.found}` };
  return { name: 'downloads', isOk: true, found: `${list} to come at the first start`, mend: '', isRequired: false };
}
