import { quickBrokerAt } from '../kafka/broker.js';
import { listTopicNames } from '../kafka/topics.js';
import type { ProjectFolder } from '../project/project-folder.js';
import { ifUp } from '../targets/if-up.js';
import type { KafkaEndpoint } from '../targets/kafka-endpoint.js';
import type { SchedulerLook } from '../targets/scheduler.js';
import type { ServiceStatus, Target } from '../targets/target.js';
import { clusterLockHolder, requireServices } from './cluster-lock.js';

/** `unresponsive`: the process runs, but does not do its work. */
export type ServiceState = ServiceStatus['state'] | 'unresponsive';
export type ClusterState = 'ready' | 'starting' | 'degraded' | 'stopped';

export interface ClusterStatus {
  readonly target: string;
  readonly state: ClusterState;
  readonly services: ReadonlyArray<Omit<ServiceStatus, 'state'> & { readonly state: ServiceState }>;
}

/** The cluster as it is now: its processes, and whether each does its work (the broker answers, workers are ALIVE). */
export async function readClusterStatus(target: Target, project: ProjectFolder): Promise<ClusterStatus> {
  const processes = await requireServices(target).status();
  const holder = await clusterLockHolder(project);
  const isStarting = holder?.command.includes(' up') ?? false;
  const working = await findWorking(target, processes);
  const services = processes.map((service) => {
    if (service.state !== 'running' || working.has(service.name)) return service;
    return { ...service, state: isStarting ? ('starting' as const) : ('unresponsive' as const) };
  });
  return {
    target: target.name,
    state: summarize(
      services.map(({ state }) => state),
      isStarting,
    ),
    services,
  };
}

function summarize(states: readonly ServiceState[], isStarting: boolean): ClusterState {
  if (states.every((state) => state === 'running')) return 'ready';
  if (isStarting) return 'starting';
  return states.some((state) => state === 'running' || state === 'unresponsive') ? 'degraded' : 'stopped';
}

async function findWorking(target: Target, processes: readonly ServiceStatus[]): Promise<ReadonlySet<string>> {
  const isRunning = (name: string) => processes.some((service) => service.name === name && service.state === 'running');
  const working = new Set<string>();
  if (!processes.some(({ state }) => state === 'running')) return working;
  const kafka = await ifUp(target.kafka());
  if (!kafka) return working;
  const [isBrokerWorking, scheduler] = await Promise.all([
    isRunning('broker') && isBrokerAnswering(kafka),
    isRunning('master') ? target.scheduler.look() : undefined,
  ]);
  // ZooKeeper has no port on this machine; a broker that answers is connected to it.
  if (isBrokerWorking) working.add('broker').add('zookeeper');
  if (scheduler) working.add('master');
  for (const { name, ui } of processes) if (hasNode(scheduler, ui)) working.add(name);
  return working;
}

/** Whether the scheduler counts on this worker: its process may run before it has joined. */
function hasNode(scheduler: SchedulerLook | undefined, ui: string | null): boolean {
  if (!scheduler || ui === null) return false;
  return scheduler.nodes === 'not told' || scheduler.nodes.some(({ page }) => page === ui);
}

async function isBrokerAnswering(kafka: KafkaEndpoint): Promise<boolean> {
  try {
    await listTopicNames(quickBrokerAt(kafka));
    return true;
  } catch {
    return false;
  }
}
