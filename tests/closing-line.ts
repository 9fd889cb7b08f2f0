import { basename, dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Enough to tell what was expected and what came; the whole of it stands where the test ran. */
const REASON_LENGTH = { start: 300, end: 500 };
/** How many of the files that took longest are named. */
const SLOWEST = 10;
/** Of JavaScript and of Java: what was called says less than the words around it. */
const STACK_LINE = /^\s+at .*$/gm;

/** What a file's tests came to; the parts of Jest's TestResult that are used here. */
export interface FileResult {
  readonly testFilePath: string;
  readonly numFailingTests: number;
  readonly testExecError?: unknown;
  readonly failureMessage?: string | null;
  readonly perfStats: { readonly runtime: number };
  readonly testResults: ReadonlyArray<{
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }>;
}

/** What is counted of a test run; the parts of Jest's AggregatedResult that are used here. */
export interface TestCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly FileResult[];
}

/** With its folder, since several are called the same. */
const nameOf = (file: string) => `${basename(dirname(file))}/${basename(file)}`;
const isBroken = ({ numFailingTests, testExecError }: FileResult) => Boolean(testExecError) && numFailingTests === 0;

/** The totals in one line; a file that could not be run, and a run that was cut off, count as a failed test. */
export function closingLine(counts: TestCounts, isComplete: boolean): string {
  const failed = counts.numFailedTests + counts.testResults.filter(isBroken).length;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return `tests: ${counts.numPassedTests} passed, ${failed || (isComplete ? 0 : 1)} failed, ${skipped} skipped`;
}

/** The files that took longest, the longest first, a line each. */
export function slowestLines({ testResults }: TestCounts): string[] {
  return [...testResults]
    .sort((a, b) => b.perfStats.runtime - a.perfStats.runtime)
    .slice(0, SLOWEST)
    .map(({ perfStats, testFilePath }) => `slow: ${(perfStats.runtime / 1_000).toFixed(1)} s ${nameOf(testFilePath)}`);
}

/**
 * A line for each test that failed: a log of many minutes is cut in its middle, where the failure stood. A reason that
 * many tests share, such as a set-up that failed for all of a file, is told once: what follows may be cut again.
 */
export function failedLines(counts: TestCounts): string[] {
  return counts.testResults.flatMap((file) => {
    const name = nameOf(file.testFilePath);
    if (isBroken(file)) return [`failed: ${name}: ${reasonOf(file.failureMessage ?? '')}`];
    const told = new Set<string>();
    return file.testResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => {
        const reason = reasonOf(failureMessages.join(' '));
        const words = told.has(reason) ? 'a reason that is told above' : reason;
        told.add(reason);
        return `failed: ${name} › ${fullName}: ${words}`;
      });
  });
}

/** Its beginning and its end: an assertion begins with what it says, the error of another program ends with it. */
function reasonOf(message: string): string {
  const words = stripVTControlCharacters(message).replace(STACK_LINE, '').replace(/\s+/g, ' ').trim();
  const { start, end } = REASON_LENGTH;
  return words.length > start + end ? `${words.slice(0, start)} … ${words.slice(-end)}` : words;
}

/**
 * A Jest reporter whose lines are the last that a test run prints. They are printed as the process ends, because Jest puts its
 * own summary after all custom reporters (30.2, TestScheduler), and a global teardown may still have something to say.
 */
export default class ClosingLineReporter {
  private isComplete = false;

  /** Jest goes on adding to the counts that it hands over here. */
  onRunStart(counts: TestCounts): void {
    process.once('exit', () => {
      const lines = [...slowestLines(counts), ...failedLines(counts), closingLine(counts, this.isComplete)];
      console.log(lines.join('\n'));
    });
  }

  onRunComplete(): void {
    this.isComplete = true;
  }
}
