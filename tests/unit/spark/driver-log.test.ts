import { findCause, findExecutorLosses, isWaitingForExecutors, lastAttempt } from '../../../src/spark/driver-log.js';

describe('findCause', () => {
  test.each([
    [
      "the script's own word before all others",
      'Caused by: java.io.IOException: broken\nThe stream ended with an error: [STREAM_FAILED] no such topic\nValueError: x\n',
      'The stream ended with an error: [STREAM_FAILED] no such topic',
    ],
    [
      'the innermost cause that Java gives',
      'Traceback (most recent call last):\nCaused by: java.lang.RuntimeException: outer\n\tat x.y\nCaused by: java.net.ConnectException: Connection refused\n\tat x.z\npy4j.protocol.Py4JJavaError: An error occurred\n',
      'java.net.ConnectException: Connection refused',
    ],
    [
      'not the word that a job was aborted',
      'Caused by: java.lang.ArithmeticException: / by zero\nCaused by: org.apache.spark.SparkException: Job aborted due to stage failure\n',
      'java.lang.ArithmeticException: / by zero',
    ],
    [
      'the last exception of Python',
      'Traceback (most recent call last):\n  File "x.py", line 3, in <module>\n    f()\nValueError: first\n\nDuring handling:\nmodule.OtherError: second\n',
      'module.OtherError: second',
    ],
    ['an exception without words', 'INFO a\nKeyboardError\nINFO b\n', 'KeyboardError'],
    [
      "spark-submit's own complaint",
      'Error: Failed to load class x.\nrun with --help\n',
      'Error: Failed to load class x.',
    ],
    [
      'a line of the log',
      '26/11/24 10:00:00 WARN a\n26/11/24 10:00:01 ERROR SparkContext: no\n26/11/24 INFO b\n',
      '26/11/24 10:00:01 ERROR SparkContext: no',
    ],
    ['else the last line', 'one\r\ntwo\r\n\r\n', 'two'],
    ['that there is none', '\n \n', 'it wrote nothing'],
  ])('names %s', (_, log, cause) => {
    expect(findCause(log)).toBe(cause);
  });

  test('keeps a long cause short', () => {
    const cause = findCause(`ValueError: ${'x'.repeat(10_000)}\n`);
    expect(cause.length).toBeLessThanOrEqual(400);
    expect(cause).toMatch(/^ValueError: x+…$/);
  });
});

const start = '26/11/24 15:34:20 INFO SparkContext: Running Spark version 4.2.0\n';
const warning = 'WARNING: Using incubator modules: jdk.incubator.vector\n';
const registered =
  '26/11/24 15:36:22 INFO StandaloneSchedulerBackend$StandaloneDriverEndpoint: Registered executor NettyRpcEndpointRef(spark-client://Executor) (127.0.0.1:58386) with ID 1, ResourceProfileId 0\n';
const killed =
  '26/11/24 15:36:12 ERROR TaskSchedulerImpl: Lost executor 0 on 127.0.0.1: Command exited with code 137\n';
const gone =
  '26/11/24 15:36:32 ERROR TaskSchedulerImpl: Lost executor 1 on 127.0.0.1: worker lost: 127.0.0.1:45019 got disassociated\n';
const starved =
  '26/11/24 15:38:00 WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI to ensure that workers are registered and have sufficient resources\n';

describe('lastAttempt', () => {
  test.each([
    ['the only one', `${warning}${start}a\n`, `${warning}${start}a\n`],
    ['the last of several', `${warning}${start}a\n${warning}${start}b\n`, `${warning}${start}b\n`],
    ['one that never came to Spark', `${warning}${start}a\n${warning}b\n`, `${warning}b\n`],
    ['one of Spark 3.5, which warns of nothing', `${start}a\n${start}b\n`, `${start}b\n`],
    ['a log without a start', 'a\n', 'a\n'],
  ])('is %s', (_, log, attempt) => {
    expect(lastAttempt(log)).toBe(attempt);
  });
});

describe('findExecutorLosses', () => {
  test.each([
    ['none', start + registered, undefined],
    [
      'one that was replaced',
      start + killed + registered,
      { count: 1, reason: 'Command exited with code 137', isReplaced: true },
    ],
    [
      'several, the last for good',
      start + killed + registered + gone,
      { count: 2, reason: 'worker lost: 127.0.0.1:45019 got disassociated', isReplaced: false },
    ],
    ['none in this attempt', start + killed + start, undefined],
  ])('finds %s', (_, log, losses) => {
    expect(findExecutorLosses(log)).toEqual(losses);
  });
});

describe('isWaitingForExecutors', () => {
  test.each([
    ['waits', start + starved, true],
    ['waited', start + starved + registered, false],
    ['waits again', start + registered + gone + starved, true],
    ['has no need to', start + registered, false],
  ])('sees that a driver %s', (_, log, isWaiting) => {
    expect(isWaitingForExecutors(log)).toBe(isWaiting);
  });
});
