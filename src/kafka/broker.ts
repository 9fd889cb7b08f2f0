import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ISocketFactory, type Kafka } from 'kafkajs';
import type { KafkaEndpoint } from '../targets/kafka-endpoint.js';
import { explainBrokerErrors, isPassing } from './broker-errors.js';
import { readSecurity } from './client-security.js';
import './request-queue.js';

const CONNECT_WITHIN_MS = 5_000;
/** Long for a slow machine, short for a person who waits for a broker that hangs. */
const REQUEST_WITHIN_MS = 15_000;
const LONGEST_PAUSE_MS = 5_000;
/** A broker on a loaded machine needs seconds to know a new topic, or to lead its partitions again; then its own word is told. */
const PASSES_WITHIN_MS = 30_000;
const ASK_AGAIN_AFTER_MS = 100;

/** How to reach a broker; nothing is connected yet. */
export interface Broker {
  readonly endpoint: KafkaEndpoint;
  readonly kafka: Kafka;
  /** For how long what brokers say for a moment is asked again. */
  readonly patienceMs: number;
}

export interface BrokerOptions {
  /** How often a request is tried again; each try waits longer than the one before. */
  readonly retries?: number;
  /** For how long what brokers say for a moment is asked again. */
  readonly patienceMs?: number;
  readonly requestTimeoutMs?: number;
  /** The longest pause before a request is tried again. */
  readonly longestPauseMs?: number;
  /** Makes the connections; kafkajs's own by default. */
  readonly socketFactory?: ISocketFactory;
}

/** @throws UsageError for files of the endpoint that cannot be read */
export function brokerAt(
  endpoint: KafkaEndpoint,
  {
    retries = 2,
    patienceMs = PASSES_WITHIN_MS,
    requestTimeoutMs = REQUEST_WITHIN_MS,
    longestPauseMs = LONGEST_PAUSE_MS,
    socketFactory,
  }: BrokerOptions = {},
): Broker {
  const kafka = new kafkajs.Kafka({
    clientId: 'millrace',
    brokers: endpoint.bootstrapServers.split(','),
    ...readSecurity(endpoint),
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: requestTimeoutMs,
    retry: { retries, initialRetryTime: 150, maxRetryTime: longestPauseMs },
    logLevel: kafkajs.logLevel.NOTHING,
    ...(socketFactory ? { socketFactory } : {}),
  });
  return { endpoint, kafka, patienceMs };
}

/** For what is shown while somebody waits: a broker that does not answer at once is left out. */
export function quickBrokerAt(endpoint: KafkaEndpoint): Broker {
  return brokerAt(endpoint, { retries: 0, patienceMs: 0, requestTimeoutMs: 3_000 });
}

/**
 * Connects, does the work, disconnects; all of it again where what the broker says will pass.
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export function withAdmin<T>(broker: Broker, what: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  return explainBrokerErrors(broker.endpoint, what, () => oncePassed(broker, () => connected(broker, work)));
}

/** An admin for one go: kafkajs 2.2.4 hides the broker's words once it has metadata, and asks for deleted topics again. */
async function connected<T>({ kafka }: Broker, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Does the work again while the broker says what passes: kafkajs 2.2.4 gives up at the first word of most requests. */
export async function oncePassed<T>({ patienceMs }: Pick<Broker, 'patienceMs'>, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || Date.now() >= deadline) throw error;
    }
    await sleep(ASK_AGAIN_AFTER_MS);
  }
}
