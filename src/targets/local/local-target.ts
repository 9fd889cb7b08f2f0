import type { Config, Environment } from '../../project/config.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import { planSize } from '../plan-size.js';
import type { Addresses, Target } from '../target.js';
import { ClusterNotRunningError } from '../target-errors.js';
import { memoryBytes } from './local-checks.js';
import { LocalDrivers } from './local-drivers.js';
import { LocalFiles } from './local-files.js';
import { LocalServices } from './local-services.js';
import { LocalFolders, readLocalState } from './local-state.js';

export interface LocalTargetOptions {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly env: Environment;
  readonly provisioning: ProvisionOptions;
}

/** The cluster and its drivers as processes of this machine. */
export function createLocalTarget({ project, config, env, provisioning }: LocalTargetOptions): Target {
  const folders = new LocalFolders(project.state);
  const size = planSize(config, memoryBytes() / 1024 ** 2);
  return {
    name: 'local',
    addresses: () => readAddresses(folders, project.root),
    plannedAddresses: () => plannedAddresses(config, project.root),
    services: new LocalServices({ folders, config, size, env, provisioning }),
    src: new LocalFiles(folders.src),
    data: new LocalFiles(folders.data),
    drivers: new LocalDrivers(folders, env, project.root, () => mavenMirror(provisioning)?.url),
  };
}

async function readAddresses(folders: LocalFolders, project: string): Promise<Addresses> {
  const state = await readLocalState(folders);
  if (!state?.isUp) throw new ClusterNotRunningError(project);
  return toAddresses(state.ports);
}

function plannedAddresses({ ports }: Config, project: string): Addresses {
  if (ports === 'auto') throw new ClusterNotRunningError(project);
  return toAddresses(ports);
}

function toAddresses({ broker, master, masterUi }: { broker: number; master: number; masterUi: number }): Addresses {
  const bootstrapServers = `127.0.0.1:${broker}`;
  return {
    bootstrapServers,
    jobBootstrapServers: bootstrapServers,
    master: `spark://127.0.0.1:${master}`,
    masterUi: `http://127.0.0.1:${masterUi}`,
  };
}
