import { mavenMirror } from '../../provision/provide.js';
import { plannedPorts } from '../planned-ports.js';
import { StandaloneScheduler } from '../standalone/standalone-scheduler.js';
import type { Target, TargetOptions } from '../target.js';
import { DockerDrivers } from './docker-drivers.js';
import { DockerFiles } from './docker-files.js';
import { DockerServices } from './docker-services.js';
import { DockerFolders, dockerKafka, dockerMaster, readDockerState, requireDockerState } from './docker-state.js';
import { DockerEngine } from './engine.js';
import { ContainerSession } from './session.js';
import { describeSparkImage } from './spark-image.js';

/** The cluster as a Docker Compose project, its drivers in the master's container, its shared folders as volumes. */
export function createDockerTarget({ project, config, env, provisioning }: TargetOptions): Target {
  const folders = new DockerFolders(project.state);
  const engine = new DockerEngine(env);
  const session = new ContainerSession(engine, folders, async () => {
    const state = await readDockerState(folders);
    return (state?.spark ?? (await describeSparkImage(config.sparkVersion ?? provisioning.lock.spark))).image;
  });
  const src = new DockerFiles(session, '/opt/src', () => folders.volume('src'));
  const data = new DockerFiles(session, '/opt/data', () => folders.volume('data'));
  const services = new DockerServices({ engine, folders, session, config, env, provisioning });
  return {
    name: 'docker',
    kafka: async () => dockerKafka((await requireDockerState(folders)).ports),
    plannedKafka: () => dockerKafka(plannedPorts(config, project)),
    scheduler: new StandaloneScheduler(async () => dockerMaster((await requireDockerState(folders)).ports), services),
    services,
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
