import kafkajs, { type Message, type PartitionerArgs, type Producer } from 'kafkajs';
import { type Broker, brokerAt } from './broker.js';
import { BrokerUnreachableError, explainBrokerErrors } from './broker-errors.js';
import { ClosableSockets } from './closable-sockets.js';
import { within } from './give-up.js';

/**
 * The pauses add up to about half a minute, which a restart of the broker may take. They must be set on the client: when the
 * connection is lost, kafkajs 2.2.4 uses the client's retries to connect again, and gives up when these are used up, even if
 * the producer has retries left.
 */
const BRIDGES_A_RESTART = { retries: 20, longestPauseMs: 2_000, requestTimeoutMs: 30_000 };
/** With a broker that hangs, each of those retries would last as long as a request may take. */
const GIVE_UP_AFTER_MS = 75_000;
const DISCONNECT_WITHIN_MS = 1_000;

export interface OutgoingRecord {
  readonly key: string;
  /** The value as JSON text. */
  readonly value: string;
}

/** The offsets of a batch's records in one partition: from `first` on, and before `next`. */
export interface Acknowledged {
  readonly partition: number;
  readonly first: number;
  readonly next: number;
}

/** Publishes to one topic. */
export interface Publisher {
  /** Resolves when the broker has acknowledged every record of the batch. */
  publish(batch: readonly OutgoingRecord[]): Promise<readonly Acknowledged[]>;
  /** Cuts its connections, so that a batch that was given up is not sent later. */
  close(): Promise<void>;
}

/**
 * Idempotent and acknowledged by all replicas, so that within this session a retry after a lost answer writes no record twice.
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export async function openPublisher(broker: Broker, topic: string): Promise<Publisher> {
  const { endpoint } = broker;
  const sockets = new ClosableSockets();
  const partitions = new ChosenPartitions();
  const producer = brokerAt(endpoint, { ...BRIDGES_A_RESTART, socketFactory: sockets.factory }).kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: partitions.createPartitioner,
  });
  const unreachable = () => new BrokerUnreachableError(endpoint.bootstrapServers);
  const explain = <T>(work: () => Promise<T>) =>
    explainBrokerErrors(endpoint, `take records for ${topic}`, () => within(GIVE_UP_AFTER_MS, work(), unreachable));
  await explain(() => producer.connect());
  return {
    publish: (batch) => explain(() => send(producer, topic, batch, partitions)),
    close: async () => {
      await within(DISCONNECT_WITHIN_MS, producer.disconnect(), unreachable).catch(() => undefined);
      sockets.close();
    },
  };
}

async function send(
  producer: Producer,
  topic: string,
  batch: readonly OutgoingRecord[],
  partitions: ChosenPartitions,
): Promise<Acknowledged[]> {
  const answers = await producer.send({ topic, acks: -1, messages: batch as Message[] });
  const counts = partitions.count(batch);
  return answers.map(({ partition, baseOffset }) => {
    const first = Number(baseOffset);
    return { partition, first, next: first + (counts.get(partition) ?? 0) };
  });
}

/** Counts the records of a batch in each partition: the broker tells only the first offset there. */
class ChosenPartitions {
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
