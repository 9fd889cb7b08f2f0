export interface FailureCause {
  readonly code: FailureCode;
  /** One part of a sentence, as in "failed: out of memory (137)". */
  readonly words: string;
  /** Whether the same run can succeed when it is started again without any change. */
  readonly isTransient: boolean;
  /** A sentence that says how to fix it; null where there is nothing to add to `words`. */
  readonly cure: string | null;
}

export type FailureCode =
  | 'out-of-memory'
  | 'killed'
  | 'lost'
  | 'terminated'
  | 'interrupted'
  | 'broker-gone'
  | 'master-gone'
  | 'executor-lost'
  | 'missing-module'
  | 'syntax-error'
  | 'connector-missing'
  | 'data-loss'
  | 'topic-missing'
  | 'record-too-large'
  | 'checkpoint-incompatible'
  | 'checkpoint-shared'
  | 'checkpoint-torn'
  | 'disk-full'
  | 'python-version-mismatch'
  | 'no-permission'
  | 'secret-refused'
  | 'cluster-too-small'
  | 'other';

export interface FailureSign {
  readonly pattern: RegExp;
  /** @param attempt the whole log of the attempt, for a name or an address that the text of the failure does not have */
  readonly cause: (match: RegExpExecArray, attempt: string) => FailureCause;
}

const MORE_MEMORY = "Raise `executorMemory` or `driverMemory` in the job's `resources`.";
const NEW_CHECKPOINT = '`--new-checkpoint` starts over; the old one is kept.';

/** The last line of a JVM with -XX:+ExitOnOutOfMemoryError, and the errors of a program that asks for too much memory. */
export const OUT_OF_MEMORY = {
  pattern:
    /Terminating due to java\.lang\.OutOfMemoryError|^(?:.*: )?java\.lang\.OutOfMemoryError|^MemoryError\b|insufficient memory for the Java Runtime/m,
  cause: (exitCode: number | null): FailureCause => ({
    code: 'out-of-memory',
    words: exitCode === null || exitCode === 1 ? 'out of memory' : `out of memory (${exitCode})`,
    isTransient: true,
    cure: MORE_MEMORY,
  }),
};

export const KILLED: FailureCause = {
  code: 'killed',
  words: 'killed (137), perhaps out of memory',
  isTransient: true,
  cure: 'Leave more memory free: `millrace runs list` shows what else runs.',
};

export const LOST: FailureCause = {
  code: 'lost',
  words: 'its driver ended without a message: it was killed, or the machine was restarted',
  isTransient: true,
  cure: null,
};

const permanent = (code: FailureCode, words: string, cure: string | null = null): FailureCause => ({
  code,
  words,
  isTransient: false,
  cure,
});
const temporary = (code: FailureCode, words: string, cure: string | null = null): FailureCause => ({
  code,
  words,
  isTransient: true,
  cure,
});

/**
 * From the most certain to the least; the first that matches counts. The patterns are texts of Spark and Kafka: from
 * error-conditions.json of Spark 4.2 and of its Kafka connector, and from Spark 3.5, which has no condition for some of them.
 */
export const FAILURE_SIGNS: readonly FailureSign[] = [
  {
    pattern: /^(?:ModuleNotFound|Import)Error: (?:No module named '?([\w.]+)'?|import of ([\w.]+) halted)/m,
    cause: ([, missing, halted]) =>
      permanent(
        'missing-module',
        `the Python module ${missing ?? halted} is missing`,
        'Name a Python that has it, with `python` in millrace.yaml.',
      ),
  },
  {
    pattern: /^\s+File "(?:.*\/)?([^"/]+)", line (\d+)\n(?:.*\n){0,3}(?:Syntax|Indentation|Tab)Error: (.*)$/m,
    cause: ([, file, line, why]) =>
      permanent(
        'syntax-error',
        `${file} is not Python, line ${line}: ${why?.trim()}`,
        'Fix it in the script, or in the template that it is made from.',
      ),
  },
  {
    pattern:
      /Failed to find (?:the )?data source: kafka|NoClassDefFoundError: .*(?:kafka|commons\/pool2)|KafkaSourceProvider could not be instantiated|Could not initialize class .*\.kafka010\./i,
    cause: () =>
      permanent(
        'connector-missing',
        "Spark's Kafka connector is missing",
        'Submit with `millrace`, or add `--packages`.',
      ),
  },
  {
    pattern: /CONCURRENT_STREAM_LOG_UPDATE|CONCURRENT_QUERY|Multiple streaming (?:queries|jobs)|concurrently using/,
    cause: () =>
      permanent(
        'checkpoint-shared',
        'another run uses the same checkpoint',
        'Stop the other one, or give this one a `--name` of its own.',
      ),
  },
  {
    pattern:
      /KAFKA_DATA_LOSS|data may have been lost|(?:UN)?RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET|LOST_TOPIC_PARTITIONS|MISMATCHED_TOPIC_PARTITIONS|KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED|OffsetOutOfRangeException/i,
    cause: () =>
      permanent(
        'data-loss',
        'records that it had not read yet are gone: the topic was deleted and created again, retention deleted them, or a power cut took them',
        '`--tolerate-loss` goes on with what is there, `--new-checkpoint` starts over.',
      ),
  },
  {
    pattern: /UnknownTopicOrPartitionException|UNKNOWN_TOPIC_OR_PARTITION/,
    cause: (_, attempt) => {
      const topic = /KafkaV2\[Subscribe\[([^\]]+)\]\]/.exec(attempt)?.[1];
      return permanent(
        'topic-missing',
        topic ? `the topic ${topic} was missing` : 'a topic was missing',
        'See `millrace topic list`.',
      );
    },
  },
  {
    // Of Spark 4.2 on files that were emptied, cut in half or filled with NUL; with and without Hadoop's checksums.
    pattern:
      /Incomplete log file|STREAMING_CHECKPOINT_MISSING_METADATA_FILE|Log file was malformed|MALFORMED_LOG_FILE|failed to read log version|fs\.ChecksumException|Checksum file not a length multiple|(?:JsonEOF|JsonParse|MismatchedInput|NoSuchElement)Exception[\s\S]{0,4000}?\b(?:OffsetSeqLog|CommitLog|StreamMetadata)\b|(?:EOFException|IOException: Stream is corrupted)[\s\S]{0,4000}?\b(?:StateSchemaCompatibilityChecker|HDFSBackedStateStoreProvider)\b/,
    cause: (_, attempt) => explainTornCheckpoint(attempt),
  },
  {
    pattern:
      /STATE_STORE_\w+|Provided (?:key |value )?schema do(?:es)?(?:n't| not) match|STREAMING_STATEFUL_OPERATOR_\w+|CANNOT_LOAD_STATE_STORE|CHECKPOINT_FILE_CHECKSUM\w+|BATCH_METADATA_NOT_FOUND|UnsupportedLogVersion|maximum supported log version/,
    cause: () =>
      permanent(
        'checkpoint-incompatible',
        'its checkpoint belongs to another version of the job, or is damaged',
        NEW_CHECKPOINT,
      ),
  },
  {
    pattern:
      /RecordTooLargeException: (?:The message is (\d+) bytes when serialized|The request included a message larger)/,
    cause: ([, bytes]) =>
      permanent(
        'record-too-large',
        `a result or a dead letter is larger than the broker takes${bytes ? ` (${Number(bytes).toLocaleString('en')} bytes)` : ''}`,
        "Raise the topic's `max.message.bytes`; a dead letter may have 620,000 bytes. For longer results also raise the producer's `max.request.size`, or shorten them.",
      ),
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    cause: () =>
      temporary('disk-full', 'the disk is full', 'Free some space; `millrace doctor` shows how much there is.'),
  },
  {
    pattern: /PYTHON_VERSION_MISMATCH|Python in worker has different version/,
    cause: () =>
      permanent(
        'python-version-mismatch',
        'the workers have another Python than the driver',
        'Run `millrace cluster up` again.',
      ),
  },
  {
    pattern:
      /AccessControlException|AccessDeniedException|Permission denied|Mkdirs failed to create (?:file:)?(\S*?)(?:\/_temporary\S*)?(?:\s|$)/,
    cause: ([, folder]) =>
      permanent(
        'no-permission',
        folder ? `it may not write to ${folder}` : 'it may not read or write one of its files',
        'Give the user that the workers run as access to it.',
      ),
  },
  {
    pattern:
      /Sasl(?:Authentication)?Exception|SslAuthenticationException|SSL handshake failed|SASL authentication failed/,
    cause: () => permanent('secret-refused', 'its secret was refused', 'Stop the cluster and start it again.'),
  },
  {
    pattern: /All masters are unresponsive|Master removed our application|Spark cluster looks dead/,
    cause: () => temporary('master-gone', 'the Spark master went away', 'See `millrace cluster status`.'),
  },
  {
    pattern: /ExecutorLostFailure .*?Reason: (.*)/,
    cause: ([, reason = '']) => explainExecutorLoss(reason),
  },
  {
    pattern:
      /Timed out waiting for a node assignment|common\.errors\.(?:Timeout|Disconnect|Network)Exception|not present in metadata after|Failed to (?:construct kafka|create new Kafka(?:Admin)?)|No resolvable bootstrap urls|Expiring \d+ record/,
    cause: (_, attempt) =>
      temporary('broker-gone', `the broker${addressIn(attempt)} went away`, 'See `millrace cluster status`.'),
  },
  {
    pattern: /Initial job has not accepted any resources/,
    cause: () =>
      permanent(
        'cluster-too-small',
        'no worker had the cores or the memory it asks for',
        'See `millrace cluster status`.',
      ),
  },
];

/** Executors end with 3 or 52 when they are out of memory, and with 137 when the system kills them. */
export function explainExecutorLoss(reason: string): FailureCause {
  const [, code] = /exited with code (\d+)/.exec(reason) ?? [];
  if (code === '3' || code === '52') {
    return temporary('out-of-memory', `its executors are out of memory (${code})`, MORE_MEMORY);
  }
  if (code === '137')
    return temporary('out-of-memory', 'its executors were killed (137), perhaps out of memory', MORE_MEMORY);
  return temporary(
    'executor-lost',
    `its executors were lost: ${reason.slice(0, 120).trim()}`,
    'See `millrace cluster status`.',
  );
}

/** A script of a user keeps its checkpoint where it likes: there is no name by which millrace could repair it. */
function explainTornCheckpoint(attempt: string): FailureCause {
  const [, name] = /\/checkpoints\/([a-z0-9][\w.-]*)\/\d+\//i.exec(attempt) ?? [];
  return permanent(
    'checkpoint-torn',
    'the end of its checkpoint is torn, as after a power cut',
    name === undefined
      ? 'Move the newest files of `offsets` and `commits` in its checkpoint aside, as far as they are empty.'
      : `\`millrace runs repair ${name}\` takes the torn end away, and one batch is played again.`,
  );
}

/** The broker's address: Kafka's clients log their whole configuration when they start. */
function addressIn(attempt: string): string {
  const [, address] = /\bbootstrap\.servers = \[([^\]]+)\]/.exec(attempt) ?? [];
  return address ? ` at ${address}` : '';
}
