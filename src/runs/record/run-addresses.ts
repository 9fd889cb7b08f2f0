import type { Target } from '../../targets/target.js';

/** Where a run's cluster was when it was submitted: its script and its command were made for that place. */
export interface RunAddresses {
  readonly bootstrapServers: string;
  readonly jobBootstrapServers: string;
  /** As its command has it behind `--master`. */
  readonly master: string;
  readonly masterUi: string | null;
}

/** Where the cluster is now. @throws ClusterNotRunningError */
export async function readAddresses({ kafka, scheduler }: Target): Promise<RunAddresses> {
  const [{ bootstrapServers, jobBootstrapServers }, { master, page }] = await Promise.all([
    kafka(),
    scheduler.address(),
  ]);
  return { bootstrapServers, jobBootstrapServers, master, masterUi: page };
}
