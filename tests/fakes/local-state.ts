import type { Artifacts } from '../../src/provision/artifacts.js';
import type { LocalState } from '../../src/targets/local/local-state.js';

/** What `cluster up` on target local has decided, with some of its artifacts as a test wants them. */
export function makeLocalState(some: Partial<Artifacts> = {}): LocalState {
  return {
    target: 'local',
    clusterId: 'x',
    isUp: true,
    ports: { broker: 1, controller: 2, master: 3, masterUi: 4, workerUis: [5] },
    hasAutoPorts: false,
    size: { workers: 1, workerCores: 1, workerMemoryMb: 512, isSmall: false },
    java: { binary: '/java/bin/java', home: '/java' },
    artifacts: {
      sparkHome: '/spark',
      python: '/venv/bin/python',
      brokerJars: '/broker',
      connectorJars: [],
      versions: { spark: '4.2.0', kafka: '4.4.0', scala: '2.13' },
      ...some,
    },
  };
}
