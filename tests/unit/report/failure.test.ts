import { UsageError } from '../../../src/errors.js';
import { describeFailure, exitCodeOf, failureFacts } from '../../../src/report/failure.js';
import { targetErrors } from '../../../src/targets/target-errors.js';

describe('describeFailure', () => {
  test('gives sentence and hint of an expected failure, without a stack', () => {
    expect(describeFailure(new UsageError('It is wrong', 'Fix it.'))).toEqual({
      message: 'It is wrong',
      hint: 'Fix it.',
    });
  });

  test.each([
    ['an error', new TypeError('x is undefined'), 'x is undefined'],
    ['a text', 'boom', 'boom'],
    ['nothing', undefined, 'undefined'],
  ])('calls %s that nobody expected a bug of ours, with its stack', (_, thrown, words) => {
    expect(describeFailure(thrown)).toEqual({
      message: `This is a bug in millrace: ${words}`,
      hint: expect.stringContaining('report'),
      stack: expect.stringContaining(words),
    });
  });
});

describe('failureFacts', () => {
  test("gives a program the error's own facts", () => {
    const facts = failureFacts(
      targetErrors.PORT_TAKEN({ port: 9092, service: 'broker', holder: '`java` (process 7)' }),
    );
    expect(JSON.parse(JSON.stringify(facts))).toEqual({
      code: 'PORT_TAKEN',
      message: 'Port 9092, which the broker needs, is taken by `java` (process 7)',
      hint: expect.stringContaining('millrace.yaml'),
      retriable: false,
      exitCode: 3,
      port: 9092,
      service: 'broker',
      holder: '`java` (process 7)',
    });
  });

  test('does not repeat what an error was caused by', () => {
    const error = new UsageError('It is wrong', 'Fix it.', { cause: new Error('secret') });
    expect(JSON.stringify(failureFacts(error))).not.toContain('secret');
  });

  test('gives a bug its stack, so that it can be reported', () => {
    expect(failureFacts(new TypeError('x is undefined'))).toMatchObject({
      code: 'BUG',
      message: 'This is a bug in millrace: x is undefined',
      stack: expect.stringContaining('failure.test'),
    });
  });
});

function systemError(code: string, syscall?: string, path?: string): Error {
  return Object.assign(new Error(`${code}: oh no`), { code, syscall, path });
}

describe('an error of the system', () => {
  test.each([
    [systemError('EACCES', 'open', '/root/x'), 'The system refused to open /root/x: permission denied'],
    [systemError('EROFS', 'mkdir', '/mnt/x'), 'The system refused to mkdir /mnt/x: the file system is read-only'],
    [systemError('ENOSPC', 'write'), 'The system refused to write: the disk is full'],
  ])('%s is no bug', (error, message) => {
    expect(describeFailure(error)).toEqual({ message, hint: expect.any(String) });
    expect(exitCodeOf(error)).toBe(3);
  });

  test('gives a program its code and path', () => {
    expect(JSON.parse(JSON.stringify(failureFacts(systemError('EACCES', 'open', '/root/x'))))).toEqual({
      code: 'SYSTEM_REFUSED',
      message: expect.stringContaining('/root/x'),
      hint: expect.stringContaining('--project'),
      retriable: false,
      exitCode: 3,
      reason: 'EACCES',
      path: '/root/x',
    });
  });
});

describe('exitCodeOf', () => {
  test.each([
    [new UsageError('It is wrong', 'Fix it.'), 2],
    [new TypeError('x is undefined'), 1],
    [systemError('ENOENT', 'open', '/x'), 1],
    [systemError('EACCES'), 1],
    [undefined, 1],
  ])('%s', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
