import { constants } from 'node:os';
import { UsageError } from '../../../../src/errors.js';
import { explainUnreadable } from '../../../../src/seed/source/unreadable.js';

// A limit of the system is told as such, with its own exit code.
test.each(['EMFILE', 'ENFILE'])('leaves %s as it is', (code) => {
  const errno = -(constants.errno[code as 'EMFILE' | 'ENFILE'] as number);
  const error = Object.assign(new Error(code), { code, errno });
  expect(explainUnreadable('cars.csv', error)).toBe(error);
});

describe('explainUnreadable', () => {
  test('gives the reason of the operating system', () => {
    const cause = Object.assign(new Error('EACCES'), { errno: -constants.errno.EACCES });
    const failure = explainUnreadable('cars.csv', cause);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ message: 'cars.csv cannot be read: permission denied (EACCES)', cause });
  });

  test('leaves any other error as it is', () => {
    const error = new UsageError('cars.csv is empty', 'Name another.');
    expect(explainUnreadable('cars.csv', error)).toBe(error);
  });
});
