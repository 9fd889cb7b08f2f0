import { MillraceError } from '../../errors.js';
import { type Broker, brokerAt, withAdmin } from '../../kafka/broker.js';
import type { Target } from '../../targets/target.js';
import { describeStart } from './executor-room.js';

/**
 * The service that a driver needs and that does not answer now, in words; undefined if all answer.
 * @throws ClusterNotRunningError when the cluster was taken down
 */
export async function missingService(target: Target): Promise<string | undefined> {
  const { scheduler } = target;
  const [kafka, { master }] = await Promise.all([target.kafka(), scheduler.address()]);
  const start = describeStart(target);
  if (!(await target.drivers.canBeAlive())) return `the place where drivers run${start}`;
  if (!(await scheduler.look())) return `the ${scheduler.name} at ${master}${start}`;
  try {
    await requireBroker(brokerAt(kafka, { retries: 0, patienceMs: 0 }));
    return undefined;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return `the broker at ${kafka.bootstrapServers}${start}`;
  }
}

/** @throws BrokerUnreachableError if no broker answers */
export async function requireBroker(broker: Broker): Promise<void> {
  await withAdmin(broker, 'answer', async () => undefined);
}
