/** What is counted of a test run; the parts of Jest's AggregatedResult that are used here. */
export interface TestCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly numFailingTests: number; readonly testExecError?: unknown }[];
}

/** The totals in one line; a file that could not be run, and a run that was cut off, count as a failed test. */
export function closingLine(counts: TestCounts, isComplete: boolean): string {
  const broken = counts.testResults.filter(
    ({ numFailingTests, testExecError }) => testExecError && numFailingTests === 0,
  );
  const failed = counts.numFailedTests + broken.length;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return `tests: ${counts.numPassedTests} passed, ${failed || (isComplete ? 0 : 1)} failed, ${skipped} skipped`;
}

/**
 * A Jest reporter whose line is the last that a test run prints. It is printed as the process ends, because Jest puts its
 * own summary after all custom reporters (30.2, TestScheduler), and a global teardown may still have something to say.
 */
export default class ClosingLineReporter {
  private isComplete = false;

  /** Jest goes on adding to the counts that it hands over here. */
  onRunStart(counts: TestCounts): void {
    process.once('exit', () => console.log(closingLine(counts, this.isComplete)));
  }

  onRunComplete(): void {
    this.isComplete = true;
  }
}
