import kafkajs, { type Message, type Producer } from 'kafkajs';
import { type Broker, brokerAt } from './broker.js';
import { BrokerUnreachableError, explainBrokerErrors } from './broker-errors.js';
import { within } from './give-up.js';

/**
 * Bridges a restart of the broker: the pauses add up to about half a minute. They must be the client's: when the
 * connection is lost, kafkajs 2.2.4 connects again with the client's retries, and gives up for good when these are used up,
 * however many the producer has left.
 */
const PERSISTENT = { retries: 20, longestPauseMs: 2_000, requestTimeoutMs: 30_000 };
/** A broker that hangs would take the time of a request for each of those retries. */
const GIVE_UP_AFTER_MS = 75_000;

export interface OutgoingRecord {
  readonly key: string;
  /** The value as JSON text. */
  readonly value: string;
}

/** Publishes to one topic. `publish` resolves when the broker has acknowledged every record of the batch. */
export interface Publisher {
  publish(batch: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Idempotent and acknowledged by all replicas, so that a retry after a lost answer doubles nothing within this session.
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export async function openPublisher(broker: Broker, topic: string): Promise<Publisher> {
  const { bootstrapServers } = broker;
  const producer = brokerAt(bootstrapServers, PERSISTENT).kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  const late = () => new BrokerUnreachableError(bootstrapServers);
  const explain = (work: () => Promise<void>) =>
    explainBrokerErrors(bootstrapServers, `take records for ${topic}`, () => within(GIVE_UP_AFTER_MS, work(), late));
  await explain(() => producer.connect());
  return {
    publish: (batch) => explain(() => send(producer, topic, batch)),
    close: () => producer.disconnect(),
  };
}

async function send(producer: Producer, topic: string, batch: readonly OutgoingRecord[]): Promise<void> {
  await producer.send({ topic, acks: -1, messages: batch as Message[] });
}
