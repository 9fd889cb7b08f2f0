import { types } from 'node:util';
import kafkajs from 'kafkajs';
import { defineErrors, ExitCode, MillraceError } from '../errors.js';
import type { KafkaEndpoint } from '../targets/kafka-endpoint.js';
import { isTopicName } from './topic-name.js';

export class BrokerUnreachableError extends MillraceError {
  readonly code = 'BROKER_UNREACHABLE';
  readonly exitCode = ExitCode.Prerequisite;
  override readonly retriable = true;
  readonly hint = 'Run `millrace cluster up`, or `millrace cluster status` to see what is wrong.';

  constructor(
    readonly bootstrapServers: string,
    options?: ErrorOptions,
  ) {
    super(`No broker answers at ${bootstrapServers}`, options);
  }
}

export class BrokerRefusedError extends MillraceError {
  readonly code = 'BROKER_REFUSED';
  readonly exitCode = ExitCode.Remote;
  readonly hint = 'See `millrace cluster logs broker`.';

  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`The broker refused to ${what}: ${reason}`, options);
  }
}

export const kafkaErrors = defineErrors({
  TOPIC_MISSING: {
    exitCode: ExitCode.Usage,
    message: ({ topic }: { topic: string; existing: readonly string[] }) => `There is no topic \`${topic}\``,
    hint: ({ topic, existing }) => {
      const list = existing.length === 0 ? 'There are no topics yet' : `There are: ${existing.join(', ')}`;
      return [`${list}.`, ...waysToCreate(topic)].join(' ');
    },
    onlyInWords: ['existing'],
  },
  TOPIC_COMPACTED: {
    exitCode: ExitCode.Usage,
    message: ({ topic }: { topic: string }) =>
      `The topic \`${topic}\` is compacted, and Kafka deletes records of such a topic only by their keys`,
    hint: ({ topic }) =>
      `\`millrace topic delete ${topic}\` deletes it as a whole, and the same command then makes a new one. To keep the topic, give it the setting \`cleanup.policy=compact,delete\` with Kafka's own tools.`,
  },
  CODEC_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: ({ topic, codec }: { topic: string; codec: string; reason: string }) =>
      `Records of \`${topic}\` are compressed with ${codec}, and this installation of millrace cannot read that`,
    hint: ({ codec, reason }) =>
      `Broker and records are fine. Install millrace again: its package for ${codec} does not load (${reason}).`,
  },
  RECORDS_DAMAGED: {
    exitCode: ExitCode.Remote,
    message: ({ topic, codec, reason }: { topic: string; codec: string; reason: string }) =>
      `Records of \`${topic}\` say that they are compressed with ${codec}, and cannot be read as that: ${reason}`,
    hint: 'The broker keeps them as they were sent: look at the program that wrote them.',
  },
  RECORDS_WITHHELD: {
    exitCode: ExitCode.NotReady,
    retriable: true,
    message: ({ topic, partition, offset, seconds }: PlaceInTopic & { seconds: number }) =>
      `The broker answers, but has handed out nothing of \`${topic}\`, partition ${partition}, from offset ${offset} on for ${seconds} s`,
    hint: 'See `millrace cluster logs broker`, then try again.',
  },
  TRANSACTION_OPEN: {
    exitCode: ExitCode.NotReady,
    retriable: true,
    message: ({ topic, partition, offset }: PlaceInTopic) =>
      `Some program has a transaction open in \`${topic}\`, partition ${partition}, and what comes from offset ${offset} on cannot be read before it ends`,
    hint: 'Try again when that program has ended it. The broker ends one that was left open, most often after a minute.',
  },
});

interface PlaceInTopic {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The commands that create this topic; none for a name that no topic can have. */
function waysToCreate(topic: string): string[] {
  if (!isTopicName(topic)) return [];
  const fill = topic === 'cars' || topic === 'news' ? `\`millrace seed ${topic}\` fills it; ` : '';
  return [`${fill}\`millrace topic create ${topic}\` makes an empty one.`];
}

/** What kafkajs throws when no broker answers; a request times out when the broker hangs. */
const UNREACHABLE = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSLockTimeout',
]);

/** kafkajs 2.2.4 throws these as a plain Error and a TypeError when a connection is lost between two requests. */
const CONNECTION_LOST = /^Broker not connected$|'topicMetadata'/;

/** Runs `work` and turns errors of kafkajs into those of millrace. @param what the work, as in `refused to <what>` */
export async function explainBrokerErrors<T>(
  { bootstrapServers }: KafkaEndpoint,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MillraceError || !(error instanceof Error)) throw error;
    refuseTlsFailure(error);
    if (isUnreachable(error)) throw new BrokerUnreachableError(bootstrapServers, { cause: error });
    const reason = refusalOf(error);
    throw reason === undefined ? error : new BrokerRefusedError(what, reason, { cause: error });
  }
}

/** Codes of Node and OpenSSL for a handshake that would fail each time; kafkajs keeps them on its errors. */
const TLS_FAILED = /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

/** @throws BrokerRefusedError where a broker answered, but one side does not trust the other's certificate */
export function refuseTlsFailure(error: unknown): void {
  const failed = [...causes(error)].find(({ code }: Error & { code?: unknown }) => TLS_FAILED.test(String(code ?? '')));
  if (failed) throw new BrokerRefusedError('talk over TLS', failed.message, { cause: error });
}

/** After retries the first error is the cause of the last; where it is a refusal by the broker, the broker did answer. */
function isUnreachable(error: Error): boolean {
  const chain = [...causes(error)];
  if (chain.some(({ name, message }) => UNREACHABLE.has(name) || CONNECTION_LOST.test(message))) return true;
  return (
    error.name === 'KafkaJSNumberOfRetriesExceeded' &&
    !chain.some((cause) => cause instanceof kafkajs.KafkaJSProtocolError)
  );
}

/** Whether the broker refused only for a moment: a topic was just created, a leader just chosen, the broker just started. */
export function isTemporary(error: unknown): boolean {
  const isRetriable = (cause: Error) => cause instanceof kafkajs.KafkaJSProtocolError && cause.retriable;
  return [...causes(error)].some((cause) => isRetriable(cause) || CONNECTION_LOST.test(cause.message));
}

/** Whether a policy of the topic forbids it. */
export function isAgainstPolicy(error: unknown): boolean {
  return [...causes(error)].some((cause) => (cause as { type?: unknown }).type === 'POLICY_VIOLATION');
}

/** The error with its causes, outermost first; those of each part of it where it has parts. */
export function* causes(error: unknown): Generator<Error> {
  const seen = new Set<unknown>();
  let next: unknown = error;
  while (types.isNativeError(next) && !seen.has(next)) {
    seen.add(next);
    yield next;
    for (const part of partsOf(next)) yield* causes(part);
    next = next.cause ?? (next as { originalError?: unknown }).originalError;
  }
}

function partsOf(error: Error): readonly unknown[] {
  if (error instanceof kafkajs.KafkaJSAggregateError) return error.errors;
  if (error instanceof kafkajs.KafkaJSDeleteTopicRecordsError)
    return (error as unknown as kafkajs.KafkaJSDeleteTopicRecordsErrorTopic).partitions.map((part) => part.error);
  return [];
}

function refusalOf(error: Error): string | undefined {
  const [first] = partsOf(error);
  if (first !== undefined) return first instanceof Error ? first.message : String(first);
  return error instanceof kafkajs.KafkaJSError ? error.message : undefined;
}
