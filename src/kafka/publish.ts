import kafkajs, { type Message, type Producer } from 'kafkajs';
import type { Broker } from './broker.js';
import { explainBrokerErrors } from './broker-errors.js';

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
  const producer = broker.kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { retries: 8 },
  });
  const explain = <T>(work: () => Promise<T>) =>
    explainBrokerErrors(broker.bootstrapServers, `take records for ${topic}`, work);
  await explain(() => producer.connect());
  return {
    publish: (batch) => explain(() => send(producer, topic, batch)),
    close: () => producer.disconnect(),
  };
}

async function send(producer: Producer, topic: string, batch: readonly OutgoingRecord[]): Promise<void> {
  await producer.send({ topic, acks: -1, messages: batch as Message[] });
}
