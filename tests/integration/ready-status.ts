import { cliJson } from './cli.js';
import { until } from './until.js';

/** What `cluster status` says of a cluster that is well: on a slow machine a look may end before all services have answered. */
export async function readyStatus<T extends { readonly state: string }>(project: string): Promise<T> {
  let status: T | undefined;
  const isReady = async () => {
    status = await cliJson<T>(['cluster', 'status'], { project });
    return status.state === 'ready';
  };
  await until(isReady, 180_000, 500);
  return status as T;
}
