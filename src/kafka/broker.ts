import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ISocketFactory, type Kafka } from 'kafkajs';
import type { KafkaEndpoint } from '../targets/kafka-endpoint.js';
import { explainBrokerErrors, isTemporary } from './broker-errors.js';
import { readSecurity } from './client-security.js';
import './codecs.js';
import './request-queue.js';

const CONNECT_WITHIN_MS = 5_000;
/** Long enough for a slow machine, short enough for a person who waits for a broker that hangs. */
const REQUEST_WITHIN_MS = 15_000;
const LONGEST_PAUSE_MS = 5_000;
/** A broker on a loaded machine needs seconds until it knows a new topic or leads its partitions again. Later refusals are reported. */
const TEMPORARY_FOR_MS = 30_000;
const ASK_AGAIN_AFTER_MS = 100;

/** How to reach a broker; nothing is connected yet. */
export interface Broker {
  readonly endpoint: KafkaEndpoint;
  readonly kafka: Kafka;
  /** For how long a request is repeated that the broker refuses only for a moment. */
  readonly patienceMs: number;
}

export interface BrokerOptions {
  /** How often a request is tried again; each try waits longer than the one before. */
  readonly retries?: number;
  /** For how long a request is repeated that the broker refuses only for a moment. */
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
    patienceMs = TEMPORARY_FOR_MS,
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

/** For commands that show something at once: they do without a broker that does not answer quickly. */
export function quickBrokerAt(endpoint: KafkaEndpoint): Broker {
  return brokerAt(endpoint, { retries: 0, patienceMs: 0, requestTimeoutMs: 3_000 });
}

/**
 * Connects, does the work and disconnects; does all of it again while the broker refuses only for a moment.
 * @throws BrokerUnreachableError, BrokerRefusedError
 */
export function withAdmin<T>(broker: Broker, what: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  return explainBrokerErrors(broker.endpoint, what, () =>
    retryWhileTemporary(broker, () => connectAndWork(broker, work)),
  );
}

/** Each try has an admin of its own: one of kafkajs 2.2.4 that has metadata hides the broker's reason, and asks for deleted topics. */
async function connectAndWork<T>({ kafka }: Broker, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Repeats the work while the broker refuses it only for a moment: kafkajs 2.2.4 does not retry most requests. */
export async function retryWhileTemporary<T>(
  { patienceMs }: Pick<Broker, 'patienceMs'>,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTemporary(error) || Date.now() >= deadline) throw error;
    }
    await sleep(ASK_AGAIN_AFTER_MS);
  }
}
