import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeJsonAtomic } from '../../project/atomic-file.js';
import { ownerOf } from '../../project/project-home.js';
import type { Artifacts } from '../../provision/artifacts.js';
import { clusterFile, type LastCluster, readLastCluster } from '../cluster-file.js';
import type { KafkaEndpoint } from '../kafka-endpoint.js';
import { workerNames } from '../service-names.js';
import type { StandaloneAddress } from '../standalone/standalone-scheduler.js';
import type { ClusterSize, ServiceName } from '../target.js';
import { ClusterNotRunningError } from '../target-errors.js';

export interface LocalPorts {
  readonly broker: number;
  readonly controller: number;
  readonly master: number;
  readonly masterUi: number;
  readonly workerUis: readonly number[];
}

/** What the last `up` decided: later commands find everything by it. */
export interface LocalState extends LastCluster {
  readonly target: 'local';
  readonly clusterId: string;
  readonly ports: LocalPorts;
  /** `up` chose free ports instead of the configured ones. */
  readonly hasAutoPorts: boolean;
  readonly size: ClusterSize;
  readonly java: { readonly binary: string; readonly home: string };
  readonly artifacts: Artifacts;
}

/** Everything the local target keeps, below `.millrace/` of the project. */
export class LocalFolders {
  readonly services: string;
  readonly logs: string;
  readonly src: string;
  readonly data: string;
  readonly broker: string;
  readonly spark: string;

  constructor(readonly state: string) {
    this.services = join(state, 'services');
    this.logs = join(state, 'logs');
    this.src = join(state, 'src');
    this.data = join(state, 'data');
    this.broker = join(state, 'services', 'broker');
    this.spark = join(state, 'services', 'spark');
  }

  get stateFile(): string {
    return clusterFile(this.state);
  }
}

/** 16 random bytes in the form of Kafka's ids (base64url), without a dash first, which Kafka's tools would read as an option. */
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

/** Undefined also when another target was used last. */
export async function readLocalState(folders: LocalFolders): Promise<LocalState | undefined> {
  const state = await readLastCluster<LocalState>(folders.state);
  return state?.target === 'local' ? state : undefined;
}

/** The state of a cluster that is up. @throws ClusterNotRunningError */
export async function requireLocalState(folders: LocalFolders, project: string): Promise<LocalState> {
  const state = await readLocalState(folders);
  if (!state?.isUp) throw new ClusterNotRunningError(project);
  return state;
}

export function localKafka({ broker }: Pick<LocalPorts, 'broker'>): KafkaEndpoint {
  const bootstrapServers = `127.0.0.1:${broker}`;
  return { bootstrapServers, jobBootstrapServers: bootstrapServers };
}

export function localMaster({ master, masterUi }: Pick<LocalPorts, 'master' | 'masterUi'>): StandaloneAddress {
  return { master: `spark://127.0.0.1:${master}`, page: `http://127.0.0.1:${masterUi}` };
}

export function writeLocalState(folders: LocalFolders, state: LocalState): Promise<void> {
  return writeJsonAtomic(folders.stateFile, { ...state, ...ownerOf(folders.state) });
}

export function localServiceNames(size: ClusterSize): ServiceName[] {
  return ['broker', 'master', ...workerNames(size.workers)];
}
