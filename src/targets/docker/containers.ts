import type { DockerFolders } from './docker-state.js';
import type { DockerEngine } from './engine.js';
import { engineErrors } from './engine-errors.js';

/** A container of a compose project. */
export interface Container {
  readonly id: string;
  readonly service: string;
  /** Docker's word for it: created, running, paused, restarting, removing, exited, dead. */
  readonly state: string;
  /** The folder that compose was started for; empty where another program started the container. */
  readonly project: string;
}

/** Compose gives this label only to containers. The label of its project is also on images, and from there on their containers. */
const MADE_BY_COMPOSE = 'com.docker.compose.container-number';

/** All containers of a compose project, found by their labels, so no compose file is needed. */
export async function listContainers(engine: DockerEngine, name: string): Promise<readonly Container[]> {
  const format = [
    '{{.ID}}',
    '{{.Label "com.docker.compose.service"}}',
    '{{.State}}',
    '{{.Label "com.docker.compose.project.working_dir"}}',
  ];
  const lines = await list(
    engine,
    ['ps', '--all', '--filter', `label=${MADE_BY_COMPOSE}`, '--format', format.join('\t')],
    name,
  );
  return lines.map((line) => {
    const [id = '', service = '', state = '', ...project] = line.split('\t');
    return { id, service, state, project: project.join('\t') };
  });
}

/** Whether it is one of the cluster's services: the user's override may add others, and `init` ends by itself. */
export function isService({ service }: Container): boolean {
  return /^(broker|zookeeper|master|worker-\d+)$/.test(service);
}

/** @throws NAME_TAKEN when containers of that name are another project's */
export function refuseForeignContainers(folders: DockerFolders, containers: readonly Container[]): void {
  const foreign = containers.find(({ project }) => !folders.isOurs(project));
  if (!foreign) return;
  const holder = foreign.project ? `the project ${foreign.project}` : 'containers of another program';
  throw engineErrors.NAME_TAKEN({ projectName: folders.name, holder });
}

/** ZooKeeper stops last: a broker that cannot close its session there leaves it open, and the next broker is refused. */
const STOPPING_ORDER = [/^worker-/, /^(?!worker-|zookeeper$)/, /^zookeeper$/];

/** Stops and removes containers: SIGTERM, then SIGKILL after `graceMs`. */
export async function removeContainers(
  engine: DockerEngine,
  containers: readonly Container[],
  graceMs: number,
): Promise<void> {
  const grace = String(Math.max(1, Math.round(graceMs / 1000)));
  for (const group of STOPPING_ORDER) {
    const running = containers
      .filter(({ service, state }) => state === 'running' && group.test(service))
      .map(({ id }) => id);
    if (running.length > 0) await engine.docker(['stop', '--time', grace, ...running]);
  }
  // `--volumes` deletes only volumes without a name, which images declare; the shared ones have names.
  if (containers.length > 0) await engine.docker(['rm', '--force', '--volumes', ...containers.map(({ id }) => id)]);
}

export async function removeNetworks(engine: DockerEngine, name: string): Promise<void> {
  const networks = await list(engine, ['network', 'ls', '--quiet'], name);
  if (networks.length > 0) await engine.docker(['network', 'rm', ...networks]);
}

/** In the order of deletion: a checkpoint must not exist longer than the topics it refers to. The user's own volumes stay. */
const VOLUMES = ['data', 'src', 'secret', 'topics', 'zookeeper-topics', 'zookeeper-data', 'zookeeper-log'];

export async function removeVolumes(engine: DockerEngine, name: string): Promise<void> {
  const existing = await listVolumes(engine, name);
  const ours = VOLUMES.map((volume) => `${name}_${volume}`).filter((volume) => existing.includes(volume));
  for (const volume of ours) await engine.docker(['volume', 'rm', volume]);
}

export function listVolumes(engine: DockerEngine, name: string): Promise<readonly string[]> {
  return list(engine, ['volume', 'ls', '--quiet'], name);
}

async function list(engine: DockerEngine, command: readonly string[], name: string): Promise<string[]> {
  const output = await engine.docker([...command, '--filter', `label=com.docker.compose.project=${name}`]);
  return output.split('\n').filter((line) => line !== '');
}
