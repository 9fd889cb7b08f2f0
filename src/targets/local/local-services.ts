import { mkdir, rm } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import type { Config, Environment } from '../../project/config.js';
import { belongingOf, establishHome } from '../../project/project-home.js';
import { requireFreeSpace } from '../../provision/disk.js';
import { type ProvisionOptions, provide } from '../../provision/provide.js';
import { GB } from '../checks.js';
import { cleanEnvironment, leftOutVariables } from '../clean-environment.js';
import { keepSize } from '../plan-size.js';
import { runCommand } from '../run-command.js';
import { workerNames } from '../service-names.js';
import type {
  Check,
  ClusterSize,
  LogLine,
  ServiceName,
  ServiceStatus,
  Services,
  UpRequest,
  UpResult,
} from '../target.js';
import { targetErrors } from '../target-errors.js';
import { prepareBroker } from './broker.js';
import { followLogs } from './follow-logs.js';
import { checkThisMachine, NEEDED_DISK_GB } from './local-checks.js';
import {
  type LocalFolders,
  type LocalPorts,
  type LocalState,
  localServiceNames,
  newClusterId,
  readLocalState,
  writeLocalState,
} from './local-state.js';
import { type HeldPorts, planPorts } from './plan-ports.js';
import { findService, type ServiceRecord, startService, stopService } from './service-process.js';
import { forgetRecovery, makeWorkerFolder, masterSpec, prepareSpark, workerSpec } from './spark-daemons.js';

export interface LocalServicesOptions {
  readonly folders: LocalFolders;
  readonly config: Config;
  readonly size: ClusterSize;
  readonly env: Environment;
  /** Used only when a service has to start; the first start downloads. */
  readonly provisioning: ProvisionOptions;
}

/** For workers above the wanted number, from an earlier `up` with more workers. */
const EXTRA_GRACE_MS = 5_000;

type Running = ReadonlyMap<ServiceName, ServiceRecord>;

/** The cluster as child processes of this machine, each in a session of its own. */
export class LocalServices implements Services {
  private readonly env: Readonly<Record<string, string>>;

  constructor(private readonly options: LocalServicesOptions) {
    this.env = cleanEnvironment(options.env);
  }

  check(): Promise<readonly Check[]> {
    return checkThisMachine({ ...this.options, planPorts: () => this.describePorts() });
  }

  async plan(): Promise<string> {
    const { folders } = this.options;
    this.refuseForeignSettings();
    const before = await readLocalState(folders);
    const ports = await this.planPorts(before, await this.findRunning());
    const { workers, workerCores, workerMemoryMb } = this.sizeFor(before);
    return [
      `broker    127.0.0.1:${ports.broker}`,
      `master    spark://127.0.0.1:${ports.master}  http://127.0.0.1:${ports.masterUi}`,
      ...workerNames(workers).map(
        (name, index) =>
          `${name}  ${workerCores} cores, ${workerMemoryMb} MB  http://127.0.0.1:${ports.workerUis[index]}`,
      ),
    ].join('\n');
  }

  async up({ signal }: Pick<UpRequest, 'signal'>): Promise<UpResult> {
    const { folders, env } = this.options;
    this.refuseForeignSettings();
    establishHome(folders.state);
    const before = await readLocalState(folders);
    const running = await this.findRunning();
    this.refuseMoved(running);
    const size = this.sizeFor(before);
    const wanted = localServiceNames(size);
    const missing = wanted.filter((name) => !running.has(name));
    const extra = [...running.keys()].filter((name) => !wanted.includes(name));
    await this.stopInOrder(extra, EXTRA_GRACE_MS);
    if (missing.length + extra.length > 0)
      await this.start(await this.planState(before, running, signal), missing, signal);
    return { size, started: missing, leftOut: leftOutVariables(env) };
  }

  private sizeFor(before: LocalState | undefined): ClusterSize {
    const { config, size } = this.options;
    return keepSize(before?.isUp ? before.size : undefined, size, config);
  }

  async down({ only, graceMs }: { only?: readonly ServiceName[]; graceMs: number }): Promise<void> {
    const { folders } = this.options;
    const state = await readLocalState(folders);
    const names = only ?? [
      ...new Set([...localServiceNames(state?.size ?? this.options.size), ...(await this.findRunning()).keys()]),
    ];
    await this.stopInOrder(names, graceMs);
    const isRunning = (await this.findRunning()).size > 0;
    if (state && !isRunning) await writeLocalState(folders, { ...state, isUp: false });
  }

  async purge(): Promise<string | undefined> {
    const { folders } = this.options;
    const state = await readLocalState(folders);
    // Results first: a checkpoint must not exist longer than the topics it refers to.
    for (const path of [folders.data, folders.src, folders.services, folders.logs])
      await rm(path, { recursive: true, force: true });
    if (state) await rm(folders.stateFile);
    return state?.clusterId;
  }

  async status(): Promise<readonly ServiceStatus[]> {
    const { folders } = this.options;
    const state = await readLocalState(folders);
    const running = await this.findRunning();
    return localServiceNames(state?.size ?? this.options.size).map((name) => {
      const record = running.get(name);
      const base = { name, container: null };
      if (!record) return { ...base, state: state?.isUp ? 'failed' : 'stopped', pid: null, address: null, ui: null };
      return { ...base, state: 'running', pid: record.pid, address: addressOf(record), ui: record.ui };
    });
  }

  logs(
    options: { service?: string; lines: number; isFollowing: boolean },
    signal: AbortSignal,
  ): AsyncIterable<LogLine> {
    return followLogs(this.options.folders, options, signal);
  }

  private async describePorts(): Promise<string> {
    const { broker, master, masterUi } = await this.planPorts(
      await readLocalState(this.options.folders),
      await this.findRunning(),
    );
    return `broker ${broker}, master ${master}, pages from ${masterUi}`;
  }

  private async findRunning(): Promise<Running> {
    const { folders } = this.options;
    const state = await readLocalState(folders);
    const mostWorkers = Math.max(this.options.size.workers, state?.size.workers ?? 0);
    const names = localServiceNames({ ...this.options.size, workers: mostWorkers });
    const found = await Promise.all(names.map((name) => findService(folders, name)));
    return new Map(found.flatMap((record) => (record ? [[record.name, record] as const] : [])));
  }

  /** @throws MOVED_WHILE_UP for services that still write to the old folder of a moved project */
  private refuseMoved(running: Running): void {
    const { state } = this.options.folders;
    const moved = [...running.values()].filter((record) => belongingOf(state, record) === 'moved');
    const [first] = moved;
    if (!first?.folder) return;
    throw targetErrors.MOVED_WHILE_UP({ folder: first.folder, services: moved.map(({ name }) => name) });
  }

  /** @throws UsageError for settings that only target docker has */
  private refuseForeignSettings(): void {
    const { coordination, sparkVersion } = this.options.config;
    const { spark } = this.options.provisioning.lock;
    const hint = 'Take `--target docker`, or leave the setting out.';
    if (coordination !== 'kraft') throw new UsageError('Target local has no ZooKeeper: its broker is Kafka 4', hint);
    if (sparkVersion !== undefined && sparkVersion !== spark)
      throw new UsageError(`Target local runs Spark ${spark}, not ${sparkVersion}`, hint);
  }

  private async planState(before: LocalState | undefined, running: Running, signal: AbortSignal): Promise<LocalState> {
    await requireFreeSpace(this.options.folders.state, NEEDED_DISK_GB * GB);
    const ports = await this.planPorts(before, running);
    const { java, artifacts } = await provide(this.options.provisioning, signal);
    const clusterId = before?.clusterId ?? newClusterId();
    return {
      target: 'local',
      clusterId,
      isUp: true,
      ports,
      hasAutoPorts: this.portsFor(before) === 'auto',
      size: this.sizeFor(before),
      java: { binary: java.binary, home: java.home },
      artifacts,
    };
  }

  private planPorts(before: LocalState | undefined, running: Running): Promise<LocalPorts> {
    const { workers } = this.sizeFor(before);
    const held = (name: ServiceName) => (running.has(name) ? before?.ports : undefined);
    const broker = held('broker');
    const master = held('master');
    const now: HeldPorts = {
      workerUis: workerNames(workers).map((name, index) => held(name)?.workerUis[index]),
      ...(broker ? { broker: broker.broker, controller: broker.controller } : {}),
      ...(master ? { master: master.master, masterUi: master.masterUi } : {}),
    };
    return planPorts(this.portsFor(before), workers, now, before?.ports);
  }

  /** A cluster with free ports keeps them while it is up, also when one of its services has died. */
  private portsFor(before: LocalState | undefined): Config['ports'] {
    const { config } = this.options;
    return before?.isUp && before.hasAutoPorts && !config.said.includes('ports') ? 'auto' : config.ports;
  }

  private async start(state: LocalState, missing: readonly ServiceName[], signal: AbortSignal): Promise<void> {
    const { folders } = this.options;
    for (const folder of [folders.services, folders.logs, folders.src, folders.data])
      await mkdir(folder, { recursive: true });
    await prepareSpark(folders, state.artifacts);
    const isWhole = missing.length === localServiceNames(state.size).length;
    if (isWhole) await forgetRecovery(folders);
    await writeLocalState(folders, state);
    const giveUp = new AbortController();
    const stop = AbortSignal.any([signal, giveUp.signal]);
    const parts = [this.startBroker(state, missing, stop), this.startSpark(state, missing, stop)];
    try {
      await Promise.all(parts);
    } catch (error) {
      giveUp.abort(error);
      await Promise.allSettled(parts);
      throw error;
    }
  }

  private async startBroker(state: LocalState, missing: readonly ServiceName[], signal: AbortSignal): Promise<void> {
    if (!missing.includes('broker')) return;
    const { folders } = this.options;
    await startService(
      folders,
      await prepareBroker({ folders, state, env: this.env, run: runCommand, signal }),
      signal,
    );
  }

  /** Workers start after the master: one that finds no master waits 5 to 15 s before it asks again. */
  private async startSpark(state: LocalState, missing: readonly ServiceName[], signal: AbortSignal): Promise<void> {
    const { folders } = this.options;
    if (missing.includes('master')) await startService(folders, masterSpec(folders, state, this.env), signal);
    const workers = workerNames(state.size.workers).filter((name) => missing.includes(name));
    await Promise.all(
      workers.map(async (name) => {
        await makeWorkerFolder(folders, name);
        await startService(folders, workerSpec(folders, state, this.env, name), signal);
      }),
    );
  }

  /** The reverse of starting: workers, then master and broker. */
  private async stopInOrder(names: readonly ServiceName[], graceMs: number): Promise<void> {
    const { folders } = this.options;
    const workers = names.filter((name) => name.startsWith('worker-'));
    const others = names.filter((name) => !name.startsWith('worker-'));
    for (const group of [workers, others]) await Promise.all(group.map((name) => stopService(folders, name, graceMs)));
  }
}

function addressOf({ name, port }: ServiceRecord): string {
  if (name === 'master') return `spark://127.0.0.1:${port}`;
  return `127.0.0.1:${port}`;
}
