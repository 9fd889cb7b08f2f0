import type { Config, Environment } from '../../project/config.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import type { Addresses, Target } from '../target.js';
import { ClusterNotRunningError } from '../target-errors.js';
import { DockerDrivers } from './docker-drivers.js';
import { DockerFiles } from './docker-files.js';
import { DockerServices } from './docker-services.js';
import { DockerFolders, readDockerState } from './docker-state.js';
import { DockerEngine } from './engine.js';
import { ContainerSession } from './session.js';
import { describeSparkImage } from './spark-image.js';

export interface DockerTargetOptions {
  readonly project: ProjectFolder;
  readonly config: Config;
  readonly env: Environment;
  readonly provisioning: ProvisionOptions;
}

/** The cluster as a Docker Compose project, its drivers in the master's container, its shared folders as volumes. */
export function createDockerTarget({ project, config, env, provisioning }: DockerTargetOptions): Target {
  const folders = new DockerFolders(project.state);
  const engine = new DockerEngine(env);
  const session = new ContainerSession(engine, folders, async () => {
    const state = await readDockerState(folders);
    return (state?.spark ?? (await describeSparkImage(config.sparkVersion ?? provisioning.lock.spark))).image;
  });
  const src = new DockerFiles(session, '/opt/src', () => folders.volume('src'));
  const data = new DockerFiles(session, '/opt/data', () => folders.volume('data'));
  return {
    name: 'docker',
    addresses: () => readAddresses(folders),
    plannedAddresses: () => plannedAddresses(config, project.root),
    services: new DockerServices({ engine, folders, session, config, env, provisioning }),
    src,
    data,
    drivers: new DockerDrivers({
      engine,
      folders,
      session,
      src,
      data,
      mavenMirrorUrl: () => mavenMirror(provisioning)?.url,
    }),
  };
}

async function readAddresses(folders: DockerFolders): Promise<Addresses> {
  const state = await readDockerState(folders);
  if (!state?.isUp) throw new ClusterNotRunningError(folders.project);
  return toAddresses(state.ports);
}

function plannedAddresses({ ports }: Config, project: string): Addresses {
  if (ports === 'auto') throw new ClusterNotRunningError(project);
  return toAddresses(ports);
}

/** Containers know each other by name, whatever this machine's ports are. */
function toAddresses({ broker, masterUi }: { broker: number; masterUi: number }): Addresses {
  return {
    bootstrapServers: `127.0.0.1:${broker}`,
    jobBootstrapServers: 'broker:29092',
    master: 'spark://master:7077',
    masterUi: `http://127.0.0.1:${masterUi}`,
  };
}
