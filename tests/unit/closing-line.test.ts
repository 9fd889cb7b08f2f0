import { closingLine, type FileResult, failedLines, slowestLines, type TestCounts } from '../closing-line.js';

const counts = (some: Partial<TestCounts>): TestCounts => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...some,
});

const file = (some: Partial<FileResult>): FileResult => ({
  testFilePath: '/somewhere/dist/tests/unit/some.test.js',
  numFailingTests: 0,
  perfStats: { runtime: 0 },
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
    const testResults = [file({ testExecError: new Error('no such module') }), file({})];
    expect(closingLine(counts({ numPassedTests: 7, testResults }), true)).toBe('tests: 7 passed, 1 failed, 0 skipped');
  });

  test('does not count the failed tests of a broken file twice', () => {
    const testResults = [file({ numFailingTests: 2, testExecError: new Error('it broke afterwards') })];
    expect(closingLine(counts({ numFailedTests: 2, testResults }), true)).toBe('tests: 0 passed, 2 failed, 0 skipped');
  });

  test('counts a run that was cut off as failed', () => {
    expect(closingLine(counts({ numPassedTests: 3 }), false)).toBe('tests: 3 passed, 1 failed, 0 skipped');
    expect(closingLine(counts({ numFailedTests: 2 }), false)).toBe('tests: 0 passed, 2 failed, 0 skipped');
  });
});

describe('failedLines', () => {
  const result = (status: string, fullName: string, ...failureMessages: string[]) => ({
    status,
    fullName,
    failureMessages,
  });

  test('names each test that failed, with its reason in one line, without colours and stacks', () => {
    const testResults = [
      result('passed', 'counts'),
      result(
        'failed',
        'counts twice',
        '\u001b[31mexpected 1\u001b[39m\n\n    at there (file:///x.js:1:2)\ncaused by 2',
      ),
    ];
    const lines = failedLines(counts({ testResults: [file({ numFailingTests: 1, testResults })] }));
    expect(lines).toEqual(['failed: unit/some.test.js › counts twice: expected 1 caused by 2']);
  });

  test('tells a reason that all tests of a file share once', () => {
    const testResults = ['one', 'two'].map((name) => result('failed', name, 'no cluster'));
    const lines = failedLines(counts({ testResults: [file({ numFailingTests: 2, testResults })] }));
    expect(lines).toEqual([
      'failed: unit/some.test.js › one: no cluster',
      'failed: unit/some.test.js › two: a reason that is told above',
    ]);
  });

  test('names a file that could not be run', () => {
    const broken = file({ testExecError: new Error(), failureMessage: 'no such module' });
    expect(failedLines(counts({ testResults: [broken] }))).toEqual(['failed: unit/some.test.js: no such module']);
  });

  test('cuts a long reason in its middle', () => {
    const testResults = [result('failed', 'is long', `a${'x'.repeat(5_000)}z`)];
    const [line = ''] = failedLines(counts({ testResults: [file({ numFailingTests: 1, testResults })] }));
    expect(line).toMatch(/^failed: unit\/some\.test\.js › is long: ax{299} … x{499}z$/);
  });
});

describe('slowestLines', () => {
  test('names the ten files that took longest, the longest first', () => {
    const testResults = Array.from({ length: 12 }, (_, index) =>
      file({ testFilePath: `/somewhere/${index}.test.js`, perfStats: { runtime: 1_000 * index } }),
    );
    const lines = slowestLines(counts({ testResults }));
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('slow: 11.0 s somewhere/11.test.js');
    expect(lines.at(-1)).toBe('slow: 2.0 s somewhere/2.test.js');
  });
});
