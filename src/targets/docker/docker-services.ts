import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../errors.js';
import { establishHome } from '../../project/project-home.js';
import { clusterFile } from '../cluster-file.js';
import type { Check, LogLine, ServiceName, ServiceStatus, Services, UpRequest, UpResult } from '../target.js';
import { compareVersions } from './advisories.js';
import { type ClusterPlan, type PlanOptions, planCluster } from './cluster-plan.js';
import {
  type ComposeValues,
  composeArguments,
  composeInLines,
  imagePrefix,
  writeComposeFiles,
} from './compose-file.js';
import {
  type Container,
  isService,
  listContainers,
  listVolumes,
  refuseForeignContainers,
  removeContainers,
  removeNetworks,
  removeVolumes,
} from './containers.js';
import { describeService } from './describe-service.js';
import { checkDocker, freeBytesOf, NEEDED_DISK_BYTES } from './docker-checks.js';
import { composeServiceNames, type DockerState, readDockerState, writeDockerState } from './docker-state.js';
import { type EngineFacts, explainFailure } from './engine.js';
import { DockerFailedError, engineErrors } from './engine-errors.js';
import { followComposeLogs } from './follow-compose-logs.js';
import { ensureImages } from './images.js';
import type { ContainerSession } from './session.js';

const KAFKA_IMAGE = 'apache/kafka:4.4.0';
const ZOOKEEPER_IMAGES = ['confluentinc/cp-zookeeper:7.9.2', 'confluentinc/cp-kafka:7.9.2'];

export interface DockerServicesOptions extends PlanOptions {
  readonly session: ContainerSession;
}

/** The cluster as a Docker Compose project of its own. */
export class DockerServices implements Services {
  constructor(private readonly options: DockerServicesOptions) {}

  check(): Promise<readonly Check[]> {
    const { engine, provisioning, config } = this.options;
    return checkDocker({ engine, provisioning, images: config.mirrors.images, planPorts: () => this.describePorts() });
  }

  /** The compose files as compose merges them: the shipped one, that of the layout and the user's. */
  async plan(): Promise<string> {
    const { engine, folders } = this.options;
    const { values } = await planCluster(this.options, await engine.probe());
    const draft = await mkdtemp(join(tmpdir(), 'millrace-'));
    try {
      const files = await writeComposeFiles(draft, values);
      return (await engine.docker([...composeArguments(folders, files), 'config'])).trimEnd();
    } finally {
      await rm(draft, { recursive: true });
    }
  }

  async up({ signal, forgetTopics }: UpRequest): Promise<UpResult> {
    const { engine, folders, session } = this.options;
    const facts = await engine.probe();
    establishHome(folders.state);
    const plan = await planCluster(this.options, facts);
    const { values, missing, extra } = plan;
    if (missing.length + extra.length > 0 || !haveComposeFiles(plan)) {
      await requireEngineSpace(facts);
      this.warnOfOldVersions(values);
      const composeFiles = await writeComposeFiles(folders.compose, values);
      await this.requireReadable(composeFiles);
      await this.ensureImages(values, composeFiles, signal);
      // Without a volume there are no topics, but a copied folder has records of the original's topics.
      if (!(await listVolumes(engine, folders.name)).includes(folders.volume('topics'))) await forgetTopics(CLUSTER_ID);
      await writeDockerState(folders, toState(plan, composeFiles));
      await this.start(plan, composeFiles, signal);
      await session.close();
    }
    return { size: values.size, started: missing, leftOut: [] };
  }

  /** @throws NAME_TAKEN when containers under the project's name belong to another project */
  async down({ only, graceMs }: { only?: readonly ServiceName[]; graceMs: number }): Promise<void> {
    const { engine, folders, session } = this.options;
    const containers = await listContainers(engine, folders.name);
    if (only === undefined) refuseForeignContainers(folders, containers);
    await session.close();
    const ours = containers.filter(({ project }) => folders.isOurs(project));
    const isWanted = ({ service }: Container) => only?.includes(service as ServiceName) ?? true;
    const left = ours.filter((container) => !isWanted(container));
    await removeContainers(engine, ours.filter(isWanted), graceMs);
    if (left.some((container) => isService(container) && container.state === 'running')) return;
    await removeContainers(engine, left, graceMs);
    const state = await readDockerState(folders);
    if (state) await writeDockerState(folders, { ...state, isUp: false });
    if (ours.length === containers.length) await this.removeNetwork();
  }

  /** The network stays while another container uses it; the cluster is down all the same. */
  private async removeNetwork(): Promise<void> {
    const { engine, folders, provisioning } = this.options;
    await removeNetworks(engine, folders.name).catch((error: Error) =>
      provisioning.report.warn(`The network of ${folders.name} stays: ${error.message}`),
    );
  }

  async purge(): Promise<string | undefined> {
    const { engine, folders } = this.options;
    await removeVolumes(engine, folders.name);
    await rm(folders.compose, { recursive: true, force: true });
    if (await readDockerState(folders)) await rm(clusterFile(folders.state));
    return CLUSTER_ID;
  }

  async status(): Promise<readonly ServiceStatus[]> {
    const { engine, folders } = this.options;
    const state = await readDockerState(folders);
    const containers = await listContainers(engine, folders.name);
    const names = new Set(state ? composeServiceNames(state.size, state.coordination) : DEFAULT_NAMES);
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
    const { broker, masterUi, workerUis, driverUi } = (await planCluster(this.options, await engine.probe())).values
      .ports;
    return `broker ${broker}, pages ${[masterUi, ...workerUis].join(', ')}, drivers from ${driverUi}`;
  }

  /** @throws UsageError when compose cannot read the files because of the user's additions */
  private async requireReadable(files: readonly string[]): Promise<void> {
    const { engine, folders } = this.options;
    const result = await engine.tryDocker([...composeArguments(folders, files), 'config', '--quiet']);
    if (result.exitCode === 0) return;
    const failure = explainFailure(['compose', 'config'], result);
    if (!(failure instanceof DockerFailedError)) throw failure;
    throw new UsageError(
      `Compose cannot read the cluster's files: ${failure.reason}`,
      `Fix compose.override.yaml or .env in ${folders.project}.`,
    );
  }

  private async ensureImages(values: ComposeValues, files: readonly string[], signal: AbortSignal): Promise<void> {
    const { engine, folders, provisioning, config } = this.options;
    const prefix = imagePrefix(values.mirrors);
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
        command: [...composeInLines(folders, files), 'build', 'init'],
      },
    });
  }

  private warnOfOldVersions({ coordination, spark }: ComposeValues): void {
    const { report } = this.options.provisioning;
    if (compareVersions(spark.version, '4.2.0') < 0)
      report.warn(
        `Spark ${spark.version} cannot use AES/GCM (SPARK-56227): its RPC is authenticated and encrypted with AES/CTR, which does not detect changed messages`,
      );
    if (coordination === 'kraft') return;
    report.warn(
      'Kafka 3.9 with ZooKeeper is old: Kafka 4 has no ZooKeeper, and requests before any login can exhaust 3.9 (CVE-2026-111115, CVE-2026-111108); it listens only on this machine',
    );
  }

  /** Leaves running containers as they are: to create one again would end the drivers or the broker in it. */
  private async start(
    { containers, missing, extra }: ClusterPlan,
    files: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { engine, folders, provisioning } = this.options;
    // `init` as well: the old container would otherwise run again, and that was created for another Spark or other ports.
    const toRemove = containers.filter(({ service }) => ['init', ...missing, ...extra].includes(service));
    await removeContainers(engine, toRemove, EXTRA_GRACE_MS);
    const compose = [...composeInLines(folders, files), 'up'];
    const onLine = (line: string) => provisioning.report.progress({ label: line.trim().slice(0, 70) });
    await engine.docker([...compose, '--detach', '--no-recreate'], { signal, onLine });
  }
}

const EXTRA_GRACE_MS = 5_000;
/** The id with which docker/compose.yaml formats the broker's storage; all clusters have the same. */
const CLUSTER_ID = 'bWlsbHJhY2UtZG9ja2VyMQ';
const DEFAULT_NAMES: readonly ServiceName[] = ['broker', 'master', 'worker-1', 'worker-2'];

/** The user may have deleted the files since, but submits and logs need them. */
function haveComposeFiles({ before }: ClusterPlan): boolean {
  return before !== undefined && existsSync(before.composeFiles[0] ?? '');
}

function toState({ values, hasAutoPorts }: ClusterPlan, composeFiles: readonly string[]): DockerState {
  const { project, ports, size, coordination, spark } = values;
  return { target: 'docker', project, isUp: true, ports, hasAutoPorts, size, coordination, spark, composeFiles };
}

/** Only where the engine's folder is on this machine; an engine in a virtual machine will say by itself that its disk is full. */
async function requireEngineSpace({ rootFolder }: EngineFacts): Promise<void> {
  const free = await freeBytesOf(rootFolder);
  if (free !== undefined && free < NEEDED_DISK_BYTES) throw engineErrors.NO_SPACE({ folder: rootFolder });
}
