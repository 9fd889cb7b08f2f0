import { proveBroker } from '../kafka/prove-broker.js';
import type { KnownProjects } from '../project/known-projects.js';
import { waitUntil } from '../project/look-until.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import { readLastCluster } from '../targets/cluster-file.js';
import type { Scheduler } from '../targets/scheduler.js';
import type { ClusterSize, ServiceName, Services, Target } from '../targets/target.js';
import { targetErrors } from '../targets/target-errors.js';
import { clusterErrors } from './cluster-errors.js';
import { requireServices, withClusterLock } from './cluster-lock.js';
import { type ClusterStatus, readClusterStatus } from './status.js';

const BROKER_READY_WITHIN_MS = 180_000;
const WORKERS_READY_WITHIN_MS = 180_000;
/** The proofs have succeeded by then: on a loaded machine the status may only come later. */
const STATUS_READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 150;
const UNDO_GRACE_MS = 5_000;
const LAST_LINES = 6;
const LOGS_WITHIN_MS = 5_000;

export interface UpOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly projects: KnownProjects;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Deletes what is recorded about the topics of a Kafka cluster, by its id. */
  readonly forgetTopics: (clusterId: string) => Promise<void>;
  /** After a failed start, what did start stays up, so that it can be looked at. */
  readonly isRetained?: boolean;
}

export interface UpReport extends ClusterStatus {
  readonly size: ClusterSize;
  readonly started: readonly ServiceName[];
  readonly leftOut: readonly string[];
  readonly seconds: number;
}

/**
 * Starts what does not run and proves that the cluster is ready: a record is produced and consumed, every worker is
 * ALIVE at the master. A failed start undoes what it started, in reverse.
 * @throws LockedError, PORT_TAKEN, SERVICE_FAILED, NOT_READY and what provisioning throws
 */
export function upCluster(options: UpOptions): Promise<UpReport> {
  const { target, project } = options;
  const startedAt = Date.now();
  return withClusterLock(project, 'millrace cluster up', async () => {
    const services = requireServices(target);
    await refuseOtherTarget(target, project);
    const before = await runningNames(services);
    await options.projects.remember(project.root);
    try {
      const result = await options.report.step('services', async (step) => {
        const up = await services.up(options);
        step.detail(up.started.length > 0 ? `started ${up.started.join(', ')}` : 'all were running already');
        return up;
      });
      await prove(options, services, result.size.workers);
      const status = await readStatusOnceReady(options);
      requireReady(status);
      return { ...status, ...result, seconds: (Date.now() - startedAt) / 1000 };
    } catch (error) {
      if (!options.isRetained) await undo(options.report, services, before);
      throw error;
    }
  });
}

/** One project has one cluster: with two, topics and runs of the same names would be in two places. */
async function refuseOtherTarget({ name }: Target, { state }: ProjectFolder): Promise<void> {
  const last = await readLastCluster(state);
  if (last?.isUp && last.target !== name) throw clusterErrors.OTHER_TARGET_UP({ target: last.target });
}

/** The status as soon as it is `ready`, or the last one before the deadline. */
async function readStatusOnceReady({ target, project, signal }: UpOptions): Promise<ClusterStatus> {
  let status = await readClusterStatus(target, project);
  const isReady = async () => {
    if (status.state !== 'ready') status = await readClusterStatus(target, project);
    return status.state === 'ready';
  };
  await waitUntil(isReady, { everyMs: LOOK_EVERY_MS, withinMs: STATUS_READY_WITHIN_MS, signal });
  return status;
}

function requireReady({ state, services }: ClusterStatus): void {
  if (state === 'ready') return;
  const faulty = services.filter((service) => service.state !== 'running');
  const seen = faulty.map((service) => `${service.name} ${service.state}`).join(', ');
  const probe = 'every service must do its work';
  throw clusterErrors.NOT_READY({ service: 'cluster', probe, lastSeen: seen });
}

async function prove({ target, report, signal }: UpOptions, services: Services, workers: number): Promise<void> {
  const kafka = await target.kafka();
  const { page } = await target.scheduler.address();
  const giveUp = new AbortController();
  const stop = AbortSignal.any([signal, giveUp.signal]);
  const proofs = [
    report.step('broker', async (step) => {
      await proveBroker(kafka, BROKER_READY_WITHIN_MS, stop, () => failIfOneEnded(services));
      step.detail(`${kafka.bootstrapServers}  wrote a record, read it`);
    }),
    report.step('workers', async (step) => {
      await waitForWorkers(target.scheduler, services, workers, stop);
      step.detail(`${workers} of ${workers} alive at the master, ${page}`);
    }),
  ];
  try {
    await Promise.all(proofs);
  } catch (error) {
    giveUp.abort(error);
    await Promise.allSettled(proofs);
    throw error;
  }
}

async function waitForWorkers(
  scheduler: Scheduler,
  services: Services,
  workers: number,
  signal: AbortSignal,
): Promise<void> {
  let seen = '';
  const areAlive = async () => {
    const look = await scheduler.look();
    const alive = look?.nodes === 'not told' ? workers : (look?.nodes.length ?? 0);
    if (alive >= workers) return true;
    await failIfOneEnded(services);
    seen = look ? `${alive} of ${workers} alive` : `the ${scheduler.name} did not answer`;
    return false;
  };
  if (await waitUntil(areAlive, { everyMs: LOOK_EVERY_MS, withinMs: WORKERS_READY_WITHIN_MS, signal })) return;
  const probe = `the ${scheduler.name} must show them alive`;
  throw clusterErrors.NOT_READY({ service: 'workers', probe, lastSeen: seen });
}

async function failIfOneEnded(services: Services): Promise<void> {
  const ended = (await services.status()).find(({ state }) => state === 'failed');
  if (!ended) return;
  const log = await lastLines(services, ended.name);
  throw targetErrors.SERVICE_FAILED({ service: ended.name, reason: 'ended while starting', lastLines: log });
}

/** Read before the start is undone: in Docker that deletes the log. */
async function lastLines(services: Services, service: ServiceName): Promise<string[]> {
  const lines: string[] = [];
  const options = { service, lines: LAST_LINES, isFollowing: false };
  for await (const { line } of services.logs(options, AbortSignal.timeout(LOGS_WITHIN_MS))) lines.push(line);
  return lines;
}

async function runningNames(services: Services): Promise<ReadonlySet<ServiceName>> {
  return new Set((await services.status()).filter(({ state }) => state === 'running').map(({ name }) => name));
}

/** A failed clean-up is only a warning, since it must not hide the first error. */
async function undo(report: Reporter, services: Services, before: ReadonlySet<ServiceName>): Promise<void> {
  try {
    const only = [...(await runningNames(services))].filter((name) => !before.has(name));
    if (only.length > 0 || before.size === 0) await services.down({ only, graceMs: UNDO_GRACE_MS });
  } catch (error) {
    report.warn(`The services that had started could not be stopped: ${(error as Error).message}`);
  }
}
