import { defineErrors, ExitCode, InterruptedError, MillraceError, UsageError } from '../../src/errors.js';

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

describe('a table of errors', () => {
  const errors = defineErrors({
    DOOR_SHUT: { exitCode: ExitCode.Prerequisite, message: 'The door is shut', hint: 'Open it.' },
    ROOM_FULL: {
      exitCode: ExitCode.Remote,
      retriable: true,
      message: ({ room, guests, reason }: { room: string; guests: number; reason: string }) =>
        `The room ${room} has ${guests} guests: ${reason}`,
      hint: ({ room }) => `Leave ${room}.`,
      onlyInWords: ['reason'],
    },
  });
  const cause = new Error('why');

  test('makes an error of a row, which takes no facts where its words need none', () => {
    const error = errors.DOOR_SHUT({}, { cause });
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({
      ...{ name: 'DOOR_SHUT', code: 'DOOR_SHUT', exitCode: 3, retriable: false, cause },
      ...{ message: 'The door is shut', hint: 'Open it.' },
    });
    expect(errors.DOOR_SHUT()).toMatchObject({ code: 'DOOR_SHUT', exitCode: 3 });
    // @ts-expect-error: there is no such fact
    errors.DOOR_SHUT({ room: 'kitchen' });
  });

  test('gives an error the facts that its row asks for, as fields and in its words', () => {
    const error = errors.ROOM_FULL({ room: 'kitchen', guests: 7, reason: 'a party' }, { cause });
    expect([error.room, error.guests, error.reason]).toEqual(['kitchen', 7, 'a party']);
    expect({ ...error, message: error.message }).toEqual({
      ...{ code: 'ROOM_FULL', exitCode: 5, retriable: true, room: 'kitchen', guests: 7 },
      ...{ message: 'The room kitchen has 7 guests: a party', hint: 'Leave kitchen.' },
    });
    // @ts-expect-error: the number is missing
    errors.ROOM_FULL({ room: 'kitchen', reason: 'a party' });
    // @ts-expect-error: a number is asked for
    errors.ROOM_FULL({ room: 'kitchen', guests: 'many', reason: 'a party' });
  });
});
