import type { DockerFolders } from './docker-state.js';
import type { DockerEngine } from './engine.js';
import { engineErrors } from './engine-errors.js';

/** A container of a compose project. */
export interface Container {
  readonly id: string;
  readonly service: string;
  /** As docker says it: created, running, paused, restarting, removing, exited, dead. */
  readonly state: string;
  /** The folder that compose was started for; empty when it was another program. */
  readonly project: string;
}

/** Compose gives it to containers. Its project's name it also gives to images, and a container has the labels of its image. */
const MADE_BY_COMPOSE = 'com.docker.compose.container-number';

/** All containers of a compose project, found by their labels alone. */
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

/** Services of ours: the user's override may bring others, and `init` ends by itself. */
export function isService({ service }: Container): boolean {
  return /^(broker|zookeeper|master|worker-\d+)$/.test(service);
}

/** @throws NAME_TAKEN when containers of that name are another project's */
export function refuseStranger(folders: DockerFolders, containers: readonly Container[]): void {
  const stranger = containers.find(({ project }) => !folders.isOurs(project));
  if (!stranger) return;
  const holder = stranger.project ? `the project ${stranger.project}` : 'containers of another program';
  throw engineErrors.NAME_TAKEN({ projectName: folders.name, holder });
}

/** In this order they stop: a broker signs off in ZooKeeper, or its successor is taken for an impostor. */
const STOPPING_ORDER = [/^worker-/, /^(?!worker-|zookeeper$)/, /^zookeeper$/];

/** Stops and removes containers: SIGTERM, then SIGKILL after the grace. */
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
  // With `--volumes` go the unnamed ones, which images declare for themselves; what is shared has a name.
  if (containers.length > 0) await engine.docker(['rm', '--force', '--volumes', ...containers.map(({ id }) => id)]);
}

export async function removeNetworks(engine: DockerEngine, name: string): Promise<void> {
  const networks = await list(engine, ['network', 'ls', '--quiet'], name);
  if (networks.length > 0) await engine.docker(['network', 'rm', ...networks]);
}

/** In this order: checkpoints must not outlive the topics that they point into. Volumes of the user's own services stay. */
const VOLUMES = ['data', 'src', 'secret', 'topics', 'zookeeper-topics', 'zookeeper-data', 'zookeeper-log'];

export async function removeVolumes(engine: DockerEngine, name: string): Promise<void> {
  const there = await listVolumes(engine, name);
  const ours = VOLUMES.map((volume) => `${name}_${volume}`).filter((volume) => there.includes(volume));
  for (const volume of ours) await engine.docker(['volume', 'rm', volume]);
}

export function listVolumes(engine: DockerEngine, name: string): Promise<readonly string[]> {
  return list(engine, ['volume', 'ls', '--quiet'], name);
}

async function list(engine: DockerEngine, command: readonly string[], name: string): Promise<string[]> {
  const output = await engine.docker([...command, '--filter', `label=com.docker.compose.project=${name}`]);
  return output.split('\n').filter((line) => line !== '');
}
