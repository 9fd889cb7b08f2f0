import { findCause } from '../../../src/spark/driver-log.js';

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
