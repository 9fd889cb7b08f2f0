import kafkajs, { type Message, type PartitionerArgs, type Producer } from 'kafkajs';
import { type Broker, brokerAt } from './broker.js';
import { BrokerUnreachableError, explainBrokerErrors } from './broker-errors.js';
import { ClosableSockets } from './closable-sockets.js';
import { within } from './give-up.js';

/**
 * Bridges a restart of the broker: the pauses add up to about half a minute. They must be the client's: when the
 * connection is lost, kafkajs 2.2.4 connects again with the client's retries, and gives up for good when these are used up,
 * however many the producer has left.
 */
const PERSISTENT = { retries: 20, longestPauseMs: 2_000, requestTimeoutMs: 30_000 };
/** A broker that hangs would take the time of a request for each of those retries. */
const GIVE_UP_AFTER_MS = 75_000;
const DISCONNECT_WITHIN_MS = 1_000;

export interface OutgoingRecord {
  readonly key: string;
  /** The value as JSON text. */
  readonly value: string;
}

/** Where a batch's records of one partition lie: offsets from `first` on, up to but not `next`. */
export interface Acknowledged {
  readonly partition: number;
  readonly first: number;
  readonly next: number;
}

/** Publishes to one topic. */
export interface Publisher {
  /** Resolves when the broker has acknowledged every record of the batch. */
  publish(batch: readonly OutgoingRecord[]): Promise<readonly Acknowledged[]>;
  /** Cuts its connections: a batch that was given up is not sent any more. */
  close(): Promise<void>;
}

/**
 * Idempotent and acknowledged by all replicas, so that a retry after a lost answer doubles nothing within this session.
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export async function openPublisher(broker: Broker, topic: string): Promise<Publisher> {
  const { endpoint } = broker;
  const sockets = new ClosableSockets();
  const partitions = new PartitionsTaken();
  const producer = brokerAt(endpoint, { ...PERSISTENT, socketFactory: sockets.factory }).kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: partitions.createPartitioner,
  });
  const late = () => new BrokerUnreachableError(endpoint.bootstrapServers);
  const explain = <T>(work: () => Promise<T>) =>
    explainBrokerErrors(endpoint, `take records for ${topic}`, () => within(GIVE_UP_AFTER_MS, work(), late));
  await explain(() => producer.connect());
  return {
    publish: (batch) => explain(() => send(producer, topic, batch, partitions)),
    close: async () => {
      await within(DISCONNECT_WITHIN_MS, producer.disconnect(), late).catch(() => undefined);
      sockets.close();
    },
  };
}

async function send(
  producer: Producer,
  topic: string,
  batch: readonly OutgoingRecord[],
  partitions: PartitionsTaken,
): Promise<Acknowledged[]> {
  const answers = await producer.send({ topic, acks: -1, messages: batch as Message[] });
  const taken = partitions.count(batch);
  return answers.map(({ partition, baseOffset }) => {
    const first = Number(baseOffset);
    return { partition, first, next: first + (taken.get(partition) ?? 0) };
  });
}

/** The broker tells the first offset of a batch in each partition, and not how many records it put there. */
class PartitionsTaken {
  private readonly partitionOf = new WeakMap<object, number>();

  readonly createPartitioner = () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (message: PartitionerArgs) => {
      const partition = choose(message);
      this.partitionOf.set(message.message, partition);
      return partition;
    };
  };

  count(batch: readonly OutgoingRecord[]): Map<number, number> {
    const counts = new Map<number, number>();
    for (const record of batch) {
      const partition = this.partitionOf.get(record) ?? -1;
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    }
    return counts;
  }
}
