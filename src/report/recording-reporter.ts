import type { Progress, Reporter, Step } from './reporter.js';

/** Prints nothing and remembers everything: for use cases that call others quietly, and for tests. */
export class RecordingReporter implements Reporter {
  readonly said: string[] = [];
  readonly warnings: string[] = [];
  readonly steps: string[] = [];
  readonly items: object[] = [];
  readonly results: object[] = [];
  readonly failures: unknown[] = [];
  readonly progressed: Progress[] = [];

  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    this.steps.push(title);
    return work({ detail: () => undefined });
  }

  say(message: string): void {
    this.said.push(message);
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  progress(now: Progress): void {
    this.progressed.push(now);
  }

  item(value: object): void {
    this.items.push(value);
  }

  view(value: object): void {
    this.items.push(value);
  }

  result(value: object): void {
    this.results.push(value);
  }

  failure(error: unknown): void {
    this.failures.push(error);
  }
}
