import type { Target } from '../../targets/target.js';

/** The addresses of the cluster when a run was submitted: its script and its command contain them. */
export interface RunAddresses {
  readonly bootstrapServers: string;
  readonly jobBootstrapServers: string;
  /** As it stands after `--master` in the command. */
  readonly master: string;
  readonly masterUi: string | null;
}

/** The addresses of the cluster now. @throws ClusterNotRunningError */
export async function readAddresses({ kafka, scheduler }: Target): Promise<RunAddresses> {
  const [{ bootstrapServers, jobBootstrapServers }, { master, page }] = await Promise.all([
    kafka(),
    scheduler.address(),
  ]);
  return { bootstrapServers, jobBootstrapServers, master, masterUi: page };
}
