import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { SchedulerAddress } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';

/** The addresses of the cluster when a run was submitted: its script and its command contain them. */
export interface RunAddresses {
  readonly bootstrapServers: string;
  readonly jobBootstrapServers: string;
  /** As it stands after `--master` in the command. */
  readonly master: string;
  readonly masterUi: string | null;
}

export function addressesOf(
  { bootstrapServers, jobBootstrapServers }: KafkaEndpoint,
  { master, page }: SchedulerAddress,
): RunAddresses {
  return { bootstrapServers, jobBootstrapServers, master, masterUi: page };
}

/** The addresses of the cluster now. @throws ClusterNotRunningError */
export async function readAddresses(target: Target): Promise<RunAddresses> {
  return addressesOf(...(await Promise.all([target.kafka(), target.scheduler.address()])));
}
