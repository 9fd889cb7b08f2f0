import { InterruptedError, MillraceError, UsageError } from '../../src/errors.js';

describe('errors', () => {
  test('a wrong word of the user ends with 2, and keeps its cause', () => {
    const cause = new Error('why');
    const error = new UsageError('no', 'Do this.', { cause });
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({
      name: 'UsageError',
      code: 'USAGE',
      exitCode: 2,
      hint: 'Do this.',
      retriable: false,
      cause,
    });
  });

  test.each([
    ['SIGINT', 130, 'Interrupted'],
    ['SIGTERM', 143, 'Terminated'],
  ] as const)('%s ends with %d', (signal, exitCode, message) => {
    const interrupted = new InterruptedError(signal);
    expect(interrupted).toMatchObject({
      code: 'INTERRUPTED',
      exitCode,
      message,
      hint: expect.stringContaining('same command again'),
    });
    expect(interrupted.withHint('Do this.')).toMatchObject({ exitCode, message, hint: 'Do this.' });
  });
});
