import kafkajs, { type Admin, type ISocketFactory, type Kafka } from 'kafkajs';
import { explainBrokerErrors } from './broker-errors.js';

const CONNECT_WITHIN_MS = 3_000;
/** Long for a slow machine, short for a person who waits for a broker that hangs. */
const REQUEST_WITHIN_MS = 10_000;
const LONGEST_PAUSE_MS = 5_000;

/** How to reach a broker; nothing is connected yet. */
export interface Broker {
  readonly bootstrapServers: string;
  readonly kafka: Kafka;
}

export interface BrokerOptions {
  /** How often a request is tried again; each try waits longer than the one before. */
  readonly retries?: number;
  readonly requestTimeoutMs?: number;
  /** The longest pause before a request is tried again. */
  readonly longestPauseMs?: number;
  /** Makes the connections; kafkajs's own by default. */
  readonly socketFactory?: ISocketFactory;
}

export function brokerAt(
  bootstrapServers: string,
  {
    retries = 2,
    requestTimeoutMs = REQUEST_WITHIN_MS,
    longestPauseMs = LONGEST_PAUSE_MS,
    socketFactory,
  }: BrokerOptions = {},
): Broker {
  const kafka = new kafkajs.Kafka({
    clientId: 'millrace',
    brokers: bootstrapServers.split(','),
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: requestTimeoutMs,
    retry: { retries, initialRetryTime: 150, maxRetryTime: longestPauseMs },
    logLevel: kafkajs.logLevel.NOTHING,
    ...(socketFactory ? { socketFactory } : {}),
  });
  return { bootstrapServers, kafka };
}

/** For what is shown while somebody waits: a broker that does not answer at once is left out. */
export function quickBrokerAt(bootstrapServers: string): Broker {
  return brokerAt(bootstrapServers, { retries: 0, requestTimeoutMs: 3_000 });
}

/**
 * Connects, does the work, disconnects: an idle kafkajs connection costs CPU time (its request queue spins).
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export function withAdmin<T>(broker: Broker, what: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  return explainBrokerErrors(broker.bootstrapServers, what, async () => {
    const admin = broker.kafka.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  });
}
