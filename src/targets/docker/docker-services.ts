import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../errors.js';
import type { Config, Environment } from '../../project/config.js';
import { mavenMirror, type ProvisionOptions } from '../../provision/provide.js';
import { clusterFile } from '../cluster-file.js';
import { planSize } from '../plan-size.js';
import type { Check, ClusterSize, LogLine, ServiceName, ServiceStatus, Services, UpResult } from '../target.js';
import { advisoriesAgainst, compareVersions } from './advisories.js';
import { type ComposeValues, composeArguments, writeComposeFiles } from './compose-file.js';
import { type Container, listContainers, removeContainers, removeNetworks, removeVolumes } from './containers.js';
import { checkDocker, freeBytesOf, NEEDED_DISK_BYTES } from './docker-checks.js';
import { type DockerPorts, planDockerPorts } from './docker-ports.js';
import {
  type Coordination,
  type DockerFolders,
  type DockerState,
  readDockerState,
  readFormerName,
  serviceNames,
  workerNames,
  writeDockerState,
} from './docker-state.js';
import { type DockerEngine, type EngineFacts, explainFailure } from './engine.js';
import {
  DockerFailedError,
  EngineFullError,
  NameTakenError,
  StateLostError,
  VulnerableVersionError,
} from './engine-errors.js';
import { followComposeLogs } from './follow-compose-logs.js';
import { ensureImages } from './images.js';
import type { ContainerSession } from './session.js';
import { describeSparkImage, type SparkImage } from './spark-image.js';

const MB = 1024 ** 2;
const KAFKA_IMAGE = 'apache/kafka:4.4.0';
const ZOOKEEPER_IMAGES = ['confluentinc/cp-zookeeper:7.9.2', 'confluentinc/cp-kafka:7.9.2'];

export interface DockerServicesOptions {
  readonly engine: DockerEngine;
  readonly folders: DockerFolders;
  readonly session: ContainerSession;
  readonly config: Config;
  readonly env: Environment;
  readonly provisioning: ProvisionOptions;
}

/** What a start works with, decided before anything is changed. */
interface Plan {
  readonly hasAutoPorts: boolean;
  readonly values: ComposeValues;
  readonly names: readonly ServiceName[];
  readonly containers: readonly Container[];
  readonly missing: readonly ServiceName[];
  readonly extra: readonly string[];
}

/** The cluster as a Docker Compose project of its own. */
export class DockerServices implements Services {
  constructor(private readonly options: DockerServicesOptions) {}

  check(): Promise<readonly Check[]> {
    const { engine, provisioning, config } = this.options;
    return checkDocker({ engine, provisioning, images: config.mirrors.images, planPorts: () => this.describePorts() });
  }

  /** The compose file as compose itself reads it: ours, the layout's and the user's in one. */
  async plan(): Promise<string> {
    const { engine, folders } = this.options;
    const { values } = await this.prepare(await engine.probe());
    const draft = await mkdtemp(join(tmpdir(), 'millrace-'));
    try {
      const files = await writeComposeFiles(draft, values);
      return (await engine.docker([...composeArguments(folders, files), 'config'])).trimEnd();
    } finally {
      await rm(draft, { recursive: true });
    }
  }

  async up(signal: AbortSignal): Promise<UpResult> {
    const { engine, folders, session } = this.options;
    const facts = await engine.probe();
    await this.warnOfFormerPlace();
    const plan = await this.prepare(facts);
    const { values, missing, extra } = plan;
    if (missing.length + extra.length > 0 || !(await this.haveComposeFiles())) {
      await requireEngineSpace(facts);
      this.warnOfOldWays(values);
      const composeFiles = await writeComposeFiles(folders.compose, values);
      await this.requireReadable(composeFiles);
      await this.ensureImages(values, composeFiles, signal);
      await writeDockerState(folders, toState(plan, composeFiles));
      await this.start(plan, composeFiles, signal);
      await session.close();
    }
    return { size: values.size, started: missing, leftOut: [] };
  }

  /** @throws NameTakenError when the containers of that name are another project's */
  async down({ only, graceMs }: { only?: readonly ServiceName[]; graceMs: number }): Promise<void> {
    const { engine, folders, session } = this.options;
    if (only === undefined) refuseStranger(folders, await listContainers(engine, folders.name));
    await this.warnOfFormerPlace();
    const isWanted = ({ service }: Container) => only?.includes(service as ServiceName) ?? true;
    await session.close();
    const ours = await this.listOurs();
    await removeContainers(engine, ours.filter(isWanted), graceMs);
    const left = ours.filter((container) => !isWanted(container) && isService(container));
    if (left.some(({ state }) => state === 'running')) return;
    await removeContainers(engine, await this.listOurs(), graceMs);
    const state = await readDockerState(folders);
    if (state) await writeDockerState(folders, { ...state, isUp: false });
    await this.removeNetwork();
  }

  /** Somebody's own container may be on it: then it stays, and the cluster is down all the same. */
  private async removeNetwork(): Promise<void> {
    const { engine, folders, provisioning } = this.options;
    const containers = await listContainers(engine, folders.name);
    if (containers.some(({ project }) => project !== folders.project)) return;
    await removeNetworks(engine, folders.name).catch((error: Error) =>
      provisioning.report.warn(`The network of ${folders.name} stays: ${error.message}`),
    );
  }

  /** Somebody may have tidied up; submits and logs need them. */
  private async haveComposeFiles(): Promise<boolean> {
    const state = await readDockerState(this.options.folders);
    return state !== undefined && existsSync(state.composeFiles[0] ?? '');
  }

  private async warnOfFormerPlace(): Promise<void> {
    const { folders, provisioning } = this.options;
    const name = await readFormerName(folders);
    if (name === undefined) return;
    provisioning.report.warn(
      `This folder has been moved since its cluster was started as ${name}: \`docker compose -p ${name} down\` ends what still runs, its data is in the volumes of that name`,
    );
  }

  private async listOurs(): Promise<readonly Container[]> {
    const { engine, folders } = this.options;
    const containers = await listContainers(engine, folders.name);
    return containers.filter(({ project }) => project === folders.project);
  }

  async purge(): Promise<void> {
    const { engine, folders } = this.options;
    await removeVolumes(engine, folders.name);
    // The id is always the same: what is known of the topics must not be believed of those made later.
    await rm(join(folders.state, 'seeds', CLUSTER_ID), { recursive: true, force: true });
    await rm(folders.compose, { recursive: true, force: true });
    if (await readDockerState(folders)) await rm(clusterFile(folders.state));
  }

  async status(): Promise<readonly ServiceStatus[]> {
    const { engine, folders } = this.options;
    const state = await readDockerState(folders);
    const containers = await listContainers(engine, folders.name);
    const names = new Set(state ? serviceNames(state.size, state.coordination) : DEFAULT_NAMES);
    for (const { service } of containers.filter(isService)) names.add(service as ServiceName);
    return [...names].map((name) => describeService(name, containers, state));
  }

  async *logs(
    options: { service?: string; lines: number; isFollowing: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<LogLine> {
    const { engine, folders } = this.options;
    const state = await readDockerState(folders);
    const services = (await listContainers(engine, folders.name)).map(({ service }) => service);
    if (!state) return;
    const compose = composeArguments(folders, state.composeFiles);
    yield* followComposeLogs({ engine, compose, services, ...options }, signal);
  }

  private async describePorts(): Promise<string> {
    const { engine } = this.options;
    const { broker, masterUi, workerUis, driverUi } = (await this.prepare(await engine.probe())).values.ports;
    return `broker ${broker}, pages ${[masterUi, ...workerUis].join(', ')}, drivers from ${driverUi}`;
  }

  /** Looks at what runs and decides what the next start would be. @throws NameTakenError, PortTakenError, VulnerableVersionError */
  private async prepare({ memoryBytes }: EngineFacts): Promise<Plan> {
    const { engine, folders, config } = this.options;
    const before = await readDockerState(folders);
    const containers = await listContainers(engine, folders.name);
    refuseStranger(folders, containers);
    const running = new Set(containers.filter(({ state }) => state === 'running').map(({ service }) => service));
    if (!before && containers.some((container) => isService(container) && running.has(container.service)))
      throw new StateLostError(folders.name);
    const size = this.sizeFor(before, running.size > 0, planSize(config, memoryBytes / MB));
    const coordination = this.coordinationFor(before);
    const spark = await this.sparkFor(before);
    if (before && running.size > 0) refuseMixture(before, coordination, spark);
    const names = serviceNames(size, coordination);
    // A running cluster that took free ports does not go back to the usual ones because one of its parts died.
    const isAuto = config.ports === 'auto' || (before?.isUp && before.hasAutoPorts && !config.said.includes('ports'));
    return {
      hasAutoPorts: isAuto ?? false,
      values: {
        project: folders.project,
        name: folders.name,
        coordination,
        ports: await this.planPorts(before, running, size, isAuto),
        size,
        spark,
        mirrors: this.mirrors(),
      },
      names,
      containers,
      missing: names.filter((name) => !running.has(name)),
      extra: containers
        .filter(isService)
        .flatMap(({ service }) => (names.includes(service as ServiceName) ? [] : [service])),
    };
  }

  /** A running cluster keeps its size, save for a number of workers that the user says. */
  private sizeFor(before: DockerState | undefined, isRunning: boolean, planned: ClusterSize): ClusterSize {
    if (!before?.isUp || !isRunning) return planned;
    return this.options.config.said.includes('workers') ? { ...before.size, workers: planned.workers } : before.size;
  }

  /** Topics of one layout cannot be read by the other: what they were made with stays until another is asked for. */
  private coordinationFor(before: DockerState | undefined): Coordination {
    const { config } = this.options;
    return config.said.includes('coordination') ? config.coordination : (before?.coordination ?? config.coordination);
  }

  private async sparkFor(before: DockerState | undefined): Promise<SparkImage> {
    const { config, provisioning } = this.options;
    const pinned = provisioning.lock.spark;
    const version = config.sparkVersion ?? (before?.isUp ? before.spark.version : pinned);
    const advisories = advisoriesAgainst(version);
    if (advisories.length > 0 && !config.allowVulnerable)
      throw new VulnerableVersionError(`Spark ${version}`, advisories, `${pinned} (or 3.5.8)`);
    if (compareVersions(version, OLDEST_SPARK) < 0)
      throw new UsageError(
        `Spark ${version} is older than ${OLDEST_SPARK}, which the jobs are written for`,
        'Take a newer one.',
      );
    return describeSparkImage(version);
  }

  private planPorts(
    before: DockerState | undefined,
    running: ReadonlySet<string>,
    size: ClusterSize,
    isAuto: boolean | undefined,
  ): Promise<DockerPorts> {
    const held = (service: string) => (running.has(service) ? before?.ports : undefined);
    const [broker, master] = [held('broker'), held('master')];
    return planDockerPorts({
      ports: isAuto ? 'auto' : this.options.config.ports,
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

  private mirrors(): ComposeValues['mirrors'] {
    const { config, provisioning, env } = this.options;
    return {
      images: config.mirrors.images,
      maven: mavenMirror(provisioning)?.url,
      pip: withoutSecret(env.PIP_INDEX_URL),
    };
  }

  /** @throws UsageError when the user's additions keep compose from reading the whole */
  private async requireReadable(files: readonly string[]): Promise<void> {
    const { engine, folders } = this.options;
    const result = await engine.attempt([...composeArguments(folders, files), 'config', '--quiet']);
    if (result.exitCode === 0) return;
    const failure = explainFailure(['compose', 'config'], result);
    if (!(failure instanceof DockerFailedError)) throw failure;
    throw new UsageError(
      `Compose cannot read the cluster's files: ${failure.reason}`,
      `Mend compose.override.yaml or .env in ${folders.project}.`,
    );
  }

  private async ensureImages(values: ComposeValues, files: readonly string[], signal: AbortSignal): Promise<void> {
    const { engine, folders, provisioning, config } = this.options;
    const prefix = values.mirrors.images === undefined ? '' : `${values.mirrors.images}/`;
    const kafka = values.coordination === 'zookeeper' ? ZOOKEEPER_IMAGES : [KAFKA_IMAGE];
    await ensureImages({
      engine,
      report: provisioning.report,
      signal,
      mirror: config.mirrors.images,
      pulled: kafka.map((image) => prefix + image),
      built: {
        image: values.spark.image,
        base: `${prefix}apache/spark:${values.spark.baseTag}`,
        command: [...composeArguments(folders, files).toSpliced(1, 0, '--progress', 'plain'), 'build', 'init'],
      },
    });
  }

  private warnOfOldWays({ coordination, spark }: ComposeValues): void {
    const { report } = this.options.provisioning;
    if (compareVersions(spark.version, '4.2.0') < 0)
      report.warn(
        `Spark ${spark.version} cannot use AES/GCM (SPARK-56227): its RPC is authenticated and encrypted with AES/CTR, which does not notice a change on the way`,
      );
    if (coordination === 'kraft') return;
    report.warn(
      'Kafka 3.9 with ZooKeeper is the old way: Kafka 4 has no ZooKeeper, and requests before any login can exhaust 3.9 (CVE-2026-111115, CVE-2026-111108); it listens on this machine alone',
    );
  }

  /** What runs is left as it is: to make a container anew would end the drivers or the broker in it. */
  private async start(
    { containers, missing, extra }: Plan,
    files: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { engine, folders, provisioning } = this.options;
    // `init` as well: it would else run again as it was made, for another Spark or other ports.
    const isGone = ({ service }: Container) => ['init', ...missing, ...extra].includes(service);
    const gone = containers.filter(isGone);
    await removeContainers(engine, gone, EXTRA_GRACE_MS);
    const compose = [...composeArguments(folders, files).toSpliced(1, 0, '--progress', 'plain'), 'up'];
    const onLine = (line: string) => provisioning.report.progress({ label: line.trim().slice(0, 70) });
    await engine.docker([...compose, '--detach', '--no-recreate'], { signal, onLine });
  }
}

const EXTRA_GRACE_MS = 5_000;
const OLDEST_SPARK = '3.5.0';
/** As docker/compose.yaml formats the broker's storage. */
const CLUSTER_ID = 'bWlsbHJhY2UtZG9ja2VyMQ';
const DEFAULT_NAMES: readonly ServiceName[] = ['broker', 'master', 'worker-1', 'worker-2'];

function toState({ values, hasAutoPorts }: Plan, composeFiles: readonly string[]): DockerState {
  const { ports, size, coordination, spark } = values;
  const { project } = values;
  return { target: 'docker', project, isUp: true, ports, hasAutoPorts, size, coordination, spark, composeFiles };
}

/** Services of ours: the user's override may bring others, and `init` ends by itself. */
function isService({ service }: Container): boolean {
  return /^(broker|zookeeper|master|worker-\d+)$/.test(service);
}

function refuseStranger({ name, project }: DockerFolders, containers: readonly Container[]): void {
  const stranger = containers.find((container) => container.project !== project);
  if (!stranger) return;
  throw new NameTakenError(
    name,
    stranger.project ? `the project ${stranger.project}` : 'containers of another program',
  );
}

/** What runs cannot be turned into something else: half of it would stay what it was. */
function refuseMixture(before: DockerState, coordination: Coordination, spark: SparkImage): void {
  const hint = 'Take it down first: `millrace cluster down`; topics and results stay.';
  if (before.spark.version !== spark.version)
    throw new UsageError(`The cluster is up with Spark ${before.spark.version}, not ${spark.version}`, hint);
  if (before.coordination !== coordination)
    throw new UsageError(`The cluster is up with coordination by ${before.coordination}, not ${coordination}`, hint);
}

function describeService(
  name: ServiceName,
  containers: readonly Container[],
  state: DockerState | undefined,
): ServiceStatus {
  const container = containers.find(({ service }) => service === name);
  const base = { name, pid: null, container: container?.id ?? null };
  if (container?.state !== 'running') {
    const should = container?.state === 'restarting' ? 'starting' : state?.isUp ? 'failed' : 'stopped';
    return { ...base, container: null, state: should, address: null, ui: null };
  }
  return { ...base, state: 'running', ...(state ? placeOf(name, state.ports) : { address: null, ui: null }) };
}

function placeOf(name: ServiceName, ports: DockerPorts): { address: string | null; ui: string | null } {
  if (name === 'broker') return { address: `127.0.0.1:${ports.broker}`, ui: null };
  if (name === 'zookeeper') return { address: null, ui: null };
  if (name === 'master') return { address: null, ui: `http://127.0.0.1:${ports.masterUi}` };
  return { address: null, ui: `http://127.0.0.1:${ports.workerUis[Number(name.split('-')[1]) - 1]}` };
}

/** Only where the engine's folder lies on this machine; the engine of a virtual machine is asked by what it says later. */
async function requireEngineSpace({ rootFolder }: EngineFacts): Promise<void> {
  const free = await freeBytesOf(rootFolder);
  if (free !== undefined && free < NEEDED_DISK_BYTES) throw new EngineFullError(rootFolder);
}

/** A build argument stays in the image's history: an address with a password or a token in it does not go there. */
function withoutSecret(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  return username === '' && password === '' ? url : undefined;
}
