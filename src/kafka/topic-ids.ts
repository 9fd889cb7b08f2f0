import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { KafkaEndpoint } from '../targets/kafka-endpoint.js';
import type { Broker } from './broker.js';
import { BrokerRefusedError, BrokerUnreachableError, refuseTlsFailure } from './broker-errors.js';
import { readSecurity } from './client-security.js';
import { within } from './give-up.js';
import {
  apiVersionsRequest,
  metadataRequest,
  readMetadataTopics,
  readMetadataVersion,
  type TopicFromBroker,
} from './metadata-request.js';
import { openSocket } from './open-socket.js';

const ANSWER_WITHIN_MS = 10_000;
const UNKNOWN_TOPIC = 3;
/** No answer of Kafka is longer than this: some other program listens there. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

/**
 * The ids of topics by name, as Kafka prints them. A missing topic is left out, and none is created. A topic that is deleted and
 * created again has another id. kafkajs 2.2.4 knows Metadata up to version 6, and ids came with version 10.
 * @throws BrokerUnreachableError when none of the bootstrap servers answers, BrokerRefusedError
 */
export async function readTopicIds(
  { endpoint }: Broker,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (topics.length === 0) return new Map();
  const ssl = tlsOf(endpoint);
  const { bootstrapServers } = endpoint;
  let failure: unknown;
  for (const server of bootstrapServers.split(',')) {
    try {
      const noAnswer = () => new Error(`${server} did not answer within ${ANSWER_WITHIN_MS / 1000} s`);
      return await withConnection(server, ssl, (connection) =>
        within(ANSWER_WITHIN_MS, askForIds(connection, topics), noAnswer),
      );
    } catch (error) {
      if (error instanceof BrokerRefusedError) throw error;
      refuseTlsFailure(error);
      failure = error;
    }
  }
  throw new BrokerUnreachableError(bootstrapServers, { cause: failure });
}

async function askForIds(connection: Connection, topics: readonly string[]): Promise<Map<string, string>> {
  const version = readMetadataVersion(await connection.ask(apiVersionsRequest(1)));
  if (version === undefined) {
    throw new BrokerRefusedError(
      'tell topic ids',
      'it is older than Kafka 2.8, or newer than this version of millrace supports',
    );
  }
  const answer = readMetadataTopics(await connection.ask(metadataRequest(2, version, [...new Set(topics)])));
  return new Map(answer.flatMap((topic) => toEntry(topic)));
}

function toEntry({ name, id, errorCode }: TopicFromBroker): [string, string][] {
  if (name !== null && id !== null) return [[name, id]];
  if (errorCode === UNKNOWN_TOPIC) return [];
  throw new BrokerRefusedError(`tell the id of ${name}`, `error code ${errorCode}`);
}

/** @throws BrokerRefusedError for an endpoint with a login, which these requests cannot do */
function tlsOf(endpoint: KafkaEndpoint): ConnectionOptions | undefined {
  if (endpoint.security?.login)
    throw new BrokerRefusedError(
      'tell topic ids',
      'it requires a login, and millrace cannot ask for topic ids with one yet',
    );
  return readSecurity(endpoint).ssl;
}

async function withConnection<T>(
  server: string,
  ssl: ConnectionOptions | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const colon = server.lastIndexOf(':');
  const host = server.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const connection = new Connection(openSocket({ host, port: Number(server.slice(colon + 1)), ssl }));
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

/** A connection that has one request open at a time; every answer begins with its length. */
class Connection {
  private received = Buffer.alloc(0);
  private answered: ((answer: Buffer) => void) | undefined;
  private failed: ((reason: Error) => void) | undefined;
  private broken: Error | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was closed')));
  }

  ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.broken) return reject(this.broken);
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    if (this.received.length < 4) return;
    const end = 4 + this.received.readUInt32BE();
    if (end > LONGEST_ANSWER) this.fail(new Error('what answered is no Kafka broker'));
    else if (this.received.length >= end) {
      const answer = this.received.subarray(4, end);
      this.received = this.received.subarray(end);
      this.answered?.(answer);
    }
  }

  private fail(error: Error): void {
    this.broken ??= error;
    this.failed?.(this.broken);
  }
}
