import { ifUp } from '../if-up.js';
import type { ExecutorLog, Scheduler, SchedulerAddress, SchedulerLook } from '../scheduler.js';
import type { Services } from '../target.js';
import { readMaster } from './master.js';
import { readExecutorLog, readExecutors } from './worker.js';

export interface StandaloneAddress extends SchedulerAddress {
  readonly page: string;
}

/** Spark's own master and workers, read through their pages. */
export class StandaloneScheduler implements Scheduler {
  readonly name = 'Spark master';

  constructor(
    /** @throws ClusterNotRunningError */
    readonly address: () => Promise<StandaloneAddress>,
    private readonly services: Pick<Services, 'status'>,
  ) {}

  async look(withinMs?: number): Promise<SchedulerLook | undefined> {
    const address = await ifUp(this.address());
    return address && readMaster(address.page, withinMs);
  }

  async submitArguments(cores: number): Promise<readonly string[]> {
    const { master } = await this.address();
    const settings = [`spark.cores.max=${cores}`, 'spark.executor.cores=1'];
    return ['--master', master, '--deploy-mode', 'client', ...settings.flatMap((setting) => ['--conf', setting])];
  }

  findApplicationId(log: string): string | undefined {
    return [...log.matchAll(/Connected to Spark cluster with app ID (app-[\w-]+)/g)].at(-1)?.[1];
  }

  findOwnMaster(log: string, submittedTo: string): string | undefined {
    if (/ Executor: Starting executor ID driver on host /.test(log)) return 'local';
    const connecting =
      / StandaloneAppClient\$ClientEndpoint: Connecting to master (?<url>spark:\/\/(?<host>\S+?))\.\.\.$/m;
    const { url, host = '' } = connecting.exec(log)?.groups ?? {};
    return submittedTo.includes(host) ? undefined : url; // a submit may list several masters
  }

  /** Read from the workers: they know what ran on them, even while no master answers. */
  async executorLogs(application: string): Promise<readonly ExecutorLog[]> {
    const services = await this.services.status();
    const pages = services.flatMap(({ name, ui }) => (name.startsWith('worker-') && ui !== null ? [ui] : []));
    const logs = await Promise.all(pages.map((page) => logsOn(page, application)));
    return logs.flat().sort((a, b) => a.executor - b.executor);
  }
}

async function logsOn(page: string, application: string): Promise<ExecutorLog[]> {
  const executors = ((await readExecutors(page)) ?? []).filter((executor) => executor.application === application);
  return executors.map(({ executor }) => ({
    executor,
    read: (fromByte) => readExecutorLog(page, { application, executor }, fromByte),
  }));
}
