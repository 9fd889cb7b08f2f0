import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaEndpoint } from '../targets/kafka-endpoint.js';
import { type Broker, brokerAt } from './broker.js';
import { BrokerUnreachableError } from './broker-errors.js';
import { unlessAborted } from './give-up.js';
import { openPublisher } from './publish.js';
import { readRecords } from './read-records.js';
import { createTopics } from './topics.js';

/** Its leading underscores hide it from lists of topics. */
const PROOF_TOPIC = '__millrace_ready';
const TRY_AGAIN_AFTER_MS = 200;

/**
 * Proves that the broker works: creates a topic, writes a record to it and reads that record.
 * @param throwIfHopeless throws where another try cannot succeed, such as for a broker that has ended; called after each failure
 * @throws the last failure when it has not succeeded within `withinMs`
 */
export async function proveBroker(
  endpoint: KafkaEndpoint,
  withinMs: number,
  signal: AbortSignal,
  throwIfHopeless: () => Promise<void>,
): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  const stop = AbortSignal.any([signal, deadline]);
  let failure: unknown = new BrokerUnreachableError(endpoint.bootstrapServers);
  while (!deadline.aborted) {
    try {
      return await unlessAborted(roundTrip(brokerAt(endpoint), stop), stop);
    } catch (error) {
      signal.throwIfAborted();
      if (error !== deadline.reason) failure = error;
    }
    await throwIfHopeless();
    await sleep(TRY_AGAIN_AFTER_MS);
  }
  throw failure;
}

async function roundTrip(broker: Broker, signal: AbortSignal): Promise<void> {
  const token = randomUUID();
  await createTopics(broker, [PROOF_TOPIC], { partitions: 1 });
  const publisher = await openPublisher(broker, PROOF_TOPIC);
  try {
    await publisher.publish([{ key: 'ready', value: token }]);
  } finally {
    await publisher.close();
  }
  let isRead = false;
  await readRecords(broker, PROOF_TOPIC, { last: 100, signal }, ({ value }) => {
    isRead ||= value === token;
  });
  if (!isRead) throw new BrokerUnreachableError(broker.endpoint.bootstrapServers);
}
