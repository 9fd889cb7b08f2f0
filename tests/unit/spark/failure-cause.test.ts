import { explainDriverEnd } from '../../../src/spark/failure-cause.js';

const START = '26/11/24 15:12:05 INFO SparkContext: Running Spark version 4.2.0\n';
const KAFKA_CONFIG = '\tbootstrap.servers = [127.0.0.1:36243]\n';
const FAILED = '26/11/24 15:13:34 ERROR MicroBatchExecution: Query [id = 28f0, runId = 5e68] terminated with error\n';

/** A stream's end: Java's stack where the query ended, then the script's own word. */
const streamEnd = (cause: string) =>
  `${START}${KAFKA_CONFIG}${FAILED}${cause}\n\tat org.apache.kafka.common.internals.KafkaFutureImpl.get(KafkaFutureImpl.java:165)\n`;
const traceback = (end: string) =>
  `WARNING: Using incubator modules: jdk.incubator.vector\nTraceback (most recent call last):\n  File "/src/mine-1.py", line 1, in <module>\n    import x\n${end}\n`;
const executorLost = (reason: string) =>
  `${START}Traceback (most recent call last):\n  File "/src/mine-1.py", line 3, in <module>\npy4j.protocol.Py4JJavaError: An error occurred while calling o75.collectToPython.\n: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: Lost task 0.3 in stage 0.0 (TID 3) (127.0.0.1 executor 3): ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: ${reason}\nDriver stacktrace:\n`;

describe('explainDriverEnd', () => {
  // The texts are those of real drivers, shortened, or Spark's own from its error-conditions.json.
  test.each([
    [
      'missing-module',
      traceback("ModuleNotFoundError: No module named 'pandas'"),
      'the Python module pandas is missing',
    ],
    [
      'missing-module',
      traceback('ModuleNotFoundError: import of numpy halted; None in sys.modules'),
      'the Python module numpy is missing',
    ],
    [
      'missing-module',
      `${START}26/11/24 15:13:17 INFO TaskSetManager: Lost task 0.3\nTraceback (most recent call last):\n  File "/src/udf.py", line 6, in <module>\npyspark.errors.exceptions.captured.PythonException: An exception was thrown from the Python worker:\nTraceback (most recent call last):\n  File "/src/udf.py", line 5, in f\nModuleNotFoundError: No module named 'polars'\n`,
      'the Python module polars is missing',
    ],
    [
      'syntax-error',
      'WARNING: Using incubator modules: jdk.incubator.vector\n  File "/project/src/mine-1.py", line 7\n    def x(:\n          ^\nSyntaxError: invalid syntax\n',
      'mine-1.py is not Python, line 7: invalid syntax',
    ],
    [
      'connector-missing',
      traceback(
        'pyspark.errors.exceptions.captured.AnalysisException: Failed to find data source: kafka. Please deploy the application as per the deployment section of Structured Streaming + Kafka Integration Guide.',
      ),
      "Spark's Kafka connector is missing",
    ],
    [
      'connector-missing',
      traceback(
        'py4j.protocol.Py4JJavaError: An error occurred while calling o31.load.\n: java.lang.NoClassDefFoundError: org/apache/kafka/common/serialization/ByteArraySerializer',
      ),
      "Spark's Kafka connector is missing",
    ],
    [
      'topic-missing',
      streamEnd(
        'java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.',
      ),
      'a topic was missing',
    ],
    [
      'record-too-large',
      streamEnd(
        'org.apache.kafka.common.errors.RecordTooLargeException: The message is 1080230 bytes when serialized which is larger than 1048576, which is the value of the max.request.size configuration.',
      ),
      'a result or a dead letter is larger than the broker takes (1,080,230 bytes)',
    ],
    [
      'broker-gone',
      streamEnd(
        'org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: describeTopics',
      ),
      'the broker at 127.0.0.1:36243 went away',
    ],
    [
      'data-loss',
      streamEnd(
        '[KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED] Some data may have been lost because they are not available in Kafka any more;',
      ),
      'records that it had not read yet are gone: the topic was deleted and created again, retention deleted them, or a power cut took them',
    ],
    [
      'checkpoint-incompatible',
      streamEnd(
        'org.apache.spark.SparkUnsupportedOperationException: [STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE] Provided key schema does not match existing state key schema.',
      ),
      'its checkpoint belongs to another version of the job, or is damaged',
    ],
    [
      'checkpoint-incompatible',
      streamEnd(
        '[STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA] Streaming stateful operator name does not match with the operator in state metadata.',
      ),
      'its checkpoint belongs to another version of the job, or is damaged',
    ],
    ...[
      'java.lang.IllegalStateException: Failed to read log file file:/p/checkpoints/cars/1/topic/offsets/9. Incomplete log file',
      'java.lang.IllegalStateException: Failed to read log file file:/p/checkpoints/cars/1/topic/commits/6. Incomplete log file in the offset commit log',
      'java.lang.IllegalStateException: [MALFORMED_LOG_FILE] Log file was malformed: failed to read correct log version from \0\0. SQLSTATE: KD002',
      'com.fasterxml.jackson.core.io.JsonEOFException: Unexpected end-of-input in field name\n at [Source: REDACTED]\n\tat org.json4s.jackson.Serialization.read\n\tat org.apache.spark.sql.execution.streaming.checkpointing.CommitLog.deserialize(CommitLog.scala:64)',
      'java.util.NoSuchElementException: next on empty iterator\n\tat scala.collection.Iterator$$anon$19.next\n\tat org.apache.spark.sql.execution.streaming.checkpointing.OffsetSeqLog.deserialize(OffsetSeqLog.scala:58)',
      'org.apache.hadoop.fs.ChecksumException: Checksum error: file:/p/checkpoints/cars/1/topic/offsets/9 at 0 exp: 1033253695 got: -1297451656',
      'org.apache.spark.SparkException: [CANNOT_LOAD_STATE_STORE.UNCATEGORIZED] An error occurred during loading state.  SQLSTATE: 58030\nCaused by: java.io.EOFException: Stream ended prematurely\n\tat net.jpountz.lz4.LZ4BlockInputStream.read\n\tat org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider.updateFromDeltaFile(HDFSBackedStateStoreProvider.scala:823)',
      'org.apache.spark.SparkException: [CANNOT_LOAD_STATE_STORE.UNCATEGORIZED] An error occurred during loading state.  SQLSTATE: 58030\nCaused by: java.io.IOException: Stream is corrupted\n\tat net.jpountz.lz4.LZ4BlockInputStream.refill\n\tat org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider.updateFromDeltaFile(HDFSBackedStateStoreProvider.scala:823)',
      'java.io.EOFException\n\tat java.base/java.io.DataInputStream.readUnsignedShort(DataInputStream.java:337)\n\tat org.apache.spark.sql.execution.streaming.state.StateSchemaCompatibilityChecker$.readSchemaFile(StateSchemaCompatibilityChecker.scala:329)',
    ].map((failure): [string, string, string] => [
      'checkpoint-torn',
      streamEnd(failure),
      'the end of its checkpoint is torn, as after a power cut',
    ]),
    [
      'checkpoint-torn',
      traceback(
        'py4j.protocol.Py4JJavaError: An error occurred while calling o616.start.\n: com.fasterxml.jackson.databind.exc.MismatchedInputException: No content to map due to end-of-input\n\tat org.json4s.jackson.JsonMethods.parse\n\tat org.apache.spark.sql.execution.streaming.runtime.StreamMetadata$.read(StreamMetadata.scala:60)',
      ),
      'the end of its checkpoint is torn, as after a power cut',
    ],
    [
      'checkpoint-shared',
      streamEnd('[CONCURRENT_STREAM_LOG_UPDATE] Concurrent update to the log. Multiple streaming jobs detected for 3.'),
      'another run uses the same checkpoint',
    ],
    ['disk-full', streamEnd('Caused by: java.io.IOException: No space left on device'), 'the disk is full'],
    [
      'no-permission',
      streamEnd(
        'Caused by: java.io.IOException: Mkdirs failed to create file:/data/out/x/_temporary/0/_temporary/attempt_2 (exists=false, cwd=file:/work)',
      ),
      'it may not write to /data/out/x',
    ],
    [
      'python-version-mismatch',
      traceback(
        'pyspark.errors.exceptions.base.PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.10 than that in driver: 3.11',
      ),
      'the workers have another Python than the driver',
    ],
    [
      'secret-refused',
      streamEnd(
        'Caused by: org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password',
      ),
      'its secret was refused',
    ],
    [
      'master-gone',
      `${START}26/11/24 15:00:00 ERROR StandaloneSchedulerBackend: Application has been killed. Reason: All masters are unresponsive! Giving up.\n`,
      'the Spark master went away',
    ],
    ['out-of-memory', executorLost('Command exited with code 3'), 'its executors are out of memory (3)'],
    [
      'out-of-memory',
      executorLost('Command exited with code 137'),
      'its executors were killed (137), perhaps out of memory',
    ],
    [
      'executor-lost',
      executorLost('worker lost: 127.0.0.1:45019 got disassociated'),
      'its executors were lost: worker lost: 127.0.0.1:45019 got disassociated',
    ],
    [
      'cluster-too-small',
      `${START}26/11/24 15:00:00 WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI\n`,
      'no worker had the cores or the memory it asks for',
    ],
    ['other', traceback('ValueError: no such car'), 'ValueError: no such car'],
  ])('finds %s', (code, log, words) => {
    expect(explainDriverEnd(log, 1)).toMatchObject({ code, words });
  });

  test.each([
    [143, 'terminated', false],
    [130, 'interrupted', false],
    [137, 'killed', true],
    [3, 'out-of-memory', true],
    [null, 'lost', true],
  ])('goes by the exit code %s where the log says nothing', (exitCode, code, isTransient) => {
    const log = `${START}26/11/24 15:16:11 WARN ProcessingTimeExecutor: Current batch is falling behind.\n`;
    expect(explainDriverEnd(log, exitCode)).toMatchObject({ code, isTransient });
  });

  test.each([
    [
      1,
      'Terminating due to java.lang.OutOfMemoryError: Java heap space\nTraceback (most recent call last):\nConnectionRefusedError: [Errno 111]\n',
      'out of memory',
    ],
    [137, 'java.lang.OutOfMemoryError: Java heap space\n', 'out of memory (137)'],
    [1, 'Traceback (most recent call last):\n  File "x.py", line 1\nMemoryError\n', 'out of memory'],
  ])('sees that memory ran out behind exit code %s', (exitCode, log, words) => {
    expect(explainDriverEnd(START + log, exitCode)).toMatchObject({ code: 'out-of-memory', words, isTransient: true });
  });

  test('reports the kill, and not the broken connection that Python sees after it', () => {
    const log = `${START}Traceback (most recent call last):\npy4j.protocol.Py4JNetworkError: Answer from Java side is empty\n`;
    expect(explainDriverEnd(log, 137).words).toBe('killed (137), perhaps out of memory');
  });

  test('leaves out problems that were over before the failure', () => {
    const passed =
      '26/11/24 15:12:40 ERROR TaskSchedulerImpl: Lost executor 0 on 127.0.0.1: Command exited with code 3\norg.apache.kafka.common.errors.TimeoutException: x\n';
    const log = `${START}${passed}${FAILED}[KAFKA_DATA_LOSS.START_OFFSET_RESET] Some data may have been lost\n`;
    expect(explainDriverEnd(log, 1).code).toBe('data-loss');
  });

  test('says how a torn checkpoint is repaired, where its name is known, and never restarts on it', () => {
    const torn =
      'java.lang.IllegalStateException: Failed to read log file file:/elsewhere/offsets/9. Incomplete log file';
    const root =
      '26/11/24 15:12:08 INFO ResolveWriteToStream: Checkpoint root file:/p/data/checkpoints/my.cars/2/topic\n';
    const [named, unnamed] = [
      explainDriverEnd(START + root + streamEnd(torn).slice(START.length), 1),
      explainDriverEnd(streamEnd(torn), 1),
    ];
    expect(named).toMatchObject({
      isTransient: false,
      cure: expect.stringContaining('`millrace runs repair my.cars`'),
    });
    expect(unnamed).toMatchObject({ isTransient: false, cure: expect.stringContaining('`offsets` and `commits`') });
  });

  test('leaves out the attempts before the last', () => {
    const before = traceback("ModuleNotFoundError: No module named 'pandas'");
    const last = `WARNING: Using incubator modules: jdk.incubator.vector\n${streamEnd('java.io.IOException: No space left on device')}`;
    expect(explainDriverEnd(before + last, 1).code).toBe('disk-full');
    expect(explainDriverEnd(last + before, 1).code).toBe('missing-module');
  });

  test('a restart helps against temporary causes, and a cure is named where there is one', () => {
    expect(explainDriverEnd(streamEnd('java.io.IOException: No space left on device'), 1).isTransient).toBe(true);
    expect(explainDriverEnd(streamEnd('[KAFKA_DATA_LOSS] Some data may have been lost'), 1)).toMatchObject({
      isTransient: false,
      cure: expect.stringMatching(/`--tolerate-loss`.*`--new-checkpoint`/),
    });
  });
});
