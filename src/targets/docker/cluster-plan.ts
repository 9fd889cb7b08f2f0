import { UsageError } from '../../errors.js';
import type { Config, Environment } from '../../project/config.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import { keepSize, planSize } from '../plan-size.js';
import { workerNames } from '../service-names.js';
import type { ClusterSize, ServiceName } from '../target.js';
import { advisoriesAgainst, compareVersions } from './advisories.js';
import type { ComposeValues } from './compose-file.js';
import { type Container, isService, listContainers, refuseForeignContainers } from './containers.js';
import { type DockerPorts, planDockerPorts } from './docker-ports.js';
import {
  type Coordination,
  composeServiceNames,
  type DockerFolders,
  type DockerState,
  readDockerState,
} from './docker-state.js';
import type { DockerEngine, EngineFacts } from './engine.js';
import { engineErrors } from './engine-errors.js';
import { describeSparkImage, type SparkImage } from './spark-image.js';

const MB = 1024 ** 2;
const OLDEST_SPARK = '3.5.0';

/** What a start will do, decided before anything is changed. */
export interface ClusterPlan {
  readonly before: DockerState | undefined;
  readonly hasAutoPorts: boolean;
  readonly values: ComposeValues;
  readonly containers: readonly Container[];
  readonly missing: readonly ServiceName[];
  readonly extra: readonly string[];
}

export interface PlanOptions {
  readonly engine: DockerEngine;
  readonly folders: DockerFolders;
  readonly config: Config;
  readonly env: Environment;
  readonly provisioning: ProvisionOptions;
}

/**
 * Looks at what runs and decides what the next start would do.
 * @throws NAME_TAKEN, PORT_TAKEN, STATE_LOST, VULNERABLE_VERSION, UsageError
 */
export async function planCluster(options: PlanOptions, { memoryBytes }: EngineFacts): Promise<ClusterPlan> {
  const { engine, folders, config } = options;
  const before = await readDockerState(folders);
  const containers = await listContainers(engine, folders.name);
  refuseForeignContainers(folders, containers);
  const running = new Set(containers.filter(({ state }) => state === 'running').map(({ service }) => service));
  if (!before && containers.some((container) => isService(container) && running.has(container.service)))
    throw engineErrors.STATE_LOST({ projectName: folders.name });
  const isUp = before?.isUp && running.size > 0;
  const size = keepSize(isUp ? before.size : undefined, planSize(config, memoryBytes / MB), config);
  const coordination = chooseCoordination(config, before);
  const spark = await chooseSpark(options, before);
  if (before && running.size > 0) refuseChangeWhileUp(before, coordination, spark);
  const names = composeServiceNames(size, coordination);
  // A cluster with free ports keeps them while it is up, also when one of its services has died.
  const hasAutoPorts =
    config.ports === 'auto' || (before?.isUp === true && before.hasAutoPorts && !config.said.includes('ports'));
  const ports = await planPorts(hasAutoPorts ? 'auto' : config.ports, before, running, size);
  const { project, name } = folders;
  return {
    before,
    hasAutoPorts,
    values: { project, name, coordination, ports, size, spark, mirrors: chooseMirrors(options) },
    containers,
    missing: names.filter((service) => !running.has(service)),
    extra: containers
      .filter(isService)
      .map(({ service }) => service)
      .filter((service) => !names.includes(service as ServiceName)),
  };
}

/** The layout stays until the user sets another one, since one layout cannot read the topics of the other. */
function chooseCoordination(config: Config, before: DockerState | undefined): Coordination {
  return config.said.includes('coordination') ? config.coordination : (before?.coordination ?? config.coordination);
}

async function chooseSpark(
  { config, provisioning }: PlanOptions,
  before: DockerState | undefined,
): Promise<SparkImage> {
  const pinned = provisioning.lock.spark;
  const version = config.sparkVersion ?? (before?.isUp ? before.spark.version : pinned);
  const advisories = advisoriesAgainst(version);
  if (advisories.length > 0 && !config.allowVulnerable)
    throw engineErrors.VULNERABLE_VERSION({
      version: `Spark ${version}`,
      advisories,
      fixedIn: `${pinned} (or 3.5.8)`,
    });
  if (compareVersions(version, OLDEST_SPARK) < 0)
    throw new UsageError(
      `Spark ${version} is older than ${OLDEST_SPARK}, which the jobs are written for`,
      'Take a newer one.',
    );
  return describeSparkImage(version);
}

function planPorts(
  ports: Config['ports'],
  before: DockerState | undefined,
  running: ReadonlySet<string>,
  size: ClusterSize,
): Promise<DockerPorts> {
  const held = (service: string) => (running.has(service) ? before?.ports : undefined);
  const [broker, master] = [held('broker'), held('master')];
  return planDockerPorts({
    ports,
    workers: size.workers,
    drivers: size.workers * size.workerCores,
    before: before?.ports,
    held: {
      workerUis: workerNames(size.workers).map((name, index) => held(name)?.workerUis[index]),
      ...(broker ? { broker: broker.broker } : {}),
      ...(master ? { masterUi: master.masterUi, driverUi: master.driverUi, driverUis: master.driverUis } : {}),
    },
  });
}

function chooseMirrors({ config, provisioning, env }: PlanOptions): ComposeValues['mirrors'] {
  return {
    images: config.mirrors.images,
    maven: mavenMirror(provisioning)?.url,
    pip: withoutSecret(env.PIP_INDEX_URL),
  };
}

/** Undefined for an address with a password or a token: build arguments stay in the image's history. */
function withoutSecret(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  return username === '' && password === '' ? url : undefined;
}

/** Refuses another Spark or layout while the cluster is up: running containers would stay as they are. */
function refuseChangeWhileUp(before: DockerState, coordination: Coordination, spark: SparkImage): void {
  const hint = 'Stop it first: `millrace cluster down`; topics and results stay.';
  if (before.spark.version !== spark.version)
    throw new UsageError(`The cluster is up with Spark ${before.spark.version}, not ${spark.version}`, hint);
  if (before.coordination !== coordination)
    throw new UsageError(`The cluster is up with coordination by ${before.coordination}, not ${coordination}`, hint);
}
