import { closingLine, type TestCounts } from '../closing-line.js';

const counts = (some: Partial<TestCounts>): TestCounts => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...some,
});

describe('closingLine', () => {
  test('counts skipped and planned tests together', () => {
    const line = closingLine(
      counts({ numPassedTests: 12, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3 }),
      true,
    );
    expect(line).toBe('tests: 12 passed, 1 failed, 5 skipped');
  });

  test('counts a file that could not be run as failed', () => {
    const testResults = [{ numFailingTests: 0, testExecError: new Error('no such module') }, { numFailingTests: 0 }];
    expect(closingLine(counts({ numPassedTests: 7, testResults }), true)).toBe('tests: 7 passed, 1 failed, 0 skipped');
  });

  test('does not count the failed tests of a broken file twice', () => {
    const testResults = [{ numFailingTests: 2, testExecError: new Error('it broke afterwards') }];
    expect(closingLine(counts({ numFailedTests: 2, testResults }), true)).toBe('tests: 0 passed, 2 failed, 0 skipped');
  });

  test('counts a run that was cut off as failed', () => {
    expect(closingLine(counts({ numPassedTests: 3 }), false)).toBe('tests: 3 passed, 1 failed, 0 skipped');
    expect(closingLine(counts({ numFailedTests: 2 }), false)).toBe('tests: 0 passed, 2 failed, 0 skipped');
  });
});
