import kafkajs from 'kafkajs';
import { ExitCode, MillraceError } from '../errors.js';

export class BrokerUnreachableError extends MillraceError {
  readonly code = 'BROKER_UNREACHABLE';
  readonly exitCode = ExitCode.Prerequisite;
  override readonly retriable = true;
  readonly hint = 'Run `millrace cluster up`, or `millrace cluster status` to see what is wrong.';

  constructor(
    readonly bootstrapServers: string,
    options?: ErrorOptions,
  ) {
    super(`No broker answered at ${bootstrapServers}`, options);
  }
}

export class TopicMissingError extends MillraceError {
  readonly code = 'TOPIC_MISSING';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly topic: string,
    existing: readonly string[],
  ) {
    super(`There is no topic \`${topic}\``);
    const list = existing.length === 0 ? 'There are no topics yet' : `There are: ${existing.join(', ')}`;
    this.hint = `${list}. \`millrace seed cars\` fills \`cars\`; \`millrace topic create ${topic}\` makes an empty one.`;
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

const UNREACHABLE = [
  'KafkaJSConnectionError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSBrokerNotFound',
  'KafkaJSConnectionClosedError',
];

/** Runs `work` and puts kafkajs's errors into words; ours pass through. */
export async function explainBrokerErrors<T>(
  bootstrapServers: string,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSError)) throw error;
    if (UNREACHABLE.includes(error.name)) throw new BrokerUnreachableError(bootstrapServers, { cause: error });
    throw new BrokerRefusedError(what, error.message, { cause: error });
  }
}
