import type { ServiceName, ServiceStatus } from '../target.js';
import type { Container } from './containers.js';
import type { DockerPorts } from './docker-ports.js';
import type { DockerState } from './docker-state.js';

/** The status of a service, from its container or from the fact that there is none. */
export function describeService(
  name: ServiceName,
  containers: readonly Container[],
  state: DockerState | undefined,
): ServiceStatus {
  const container = containers.find(({ service }) => service === name);
  const base = { name, pid: null, container: container?.id ?? null };
  if (container?.state !== 'running') {
    const notRunning = container?.state === 'restarting' ? 'starting' : state?.isUp ? 'failed' : 'stopped';
    return { ...base, container: null, state: notRunning, address: null, ui: null };
  }
  return { ...base, state: 'running', ...(state ? addressesOf(name, state.ports) : { address: null, ui: null }) };
}

function addressesOf(name: ServiceName, ports: DockerPorts): { address: string | null; ui: string | null } {
  if (name === 'broker') return { address: `127.0.0.1:${ports.broker}`, ui: null };
  if (name === 'zookeeper') return { address: null, ui: null };
  if (name === 'master') return { address: null, ui: `http://127.0.0.1:${ports.masterUi}` };
  return { address: null, ui: `http://127.0.0.1:${ports.workerUis[Number(name.split('-')[1]) - 1]}` };
}
