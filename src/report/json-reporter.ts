import { failureFacts } from './failure.js';
import type { Progress, Reporter, Step } from './reporter.js';

const SILENT_STEP: Step = { detail: () => undefined };

/** Speaks to a program: items as NDJSON and the result on stdout, warnings and errors as JSON on stderr. */
export class JsonReporter implements Reporter {
  step<T>(_title: string, work: (step: Step) => Promise<T>): Promise<T> {
    return work(SILENT_STEP);
  }

  say(_message: string): void {}

  warn(message: string): void {
    console.error(JSON.stringify({ warning: message }));
  }

  progress(_now: Progress): void {}

  item(value: object): void {
    console.log(JSON.stringify(value));
  }

  view(value: object): void {
    console.log(JSON.stringify(value));
  }

  result(value: object): void {
    console.log(JSON.stringify(value));
  }

  failure(error: unknown): void {
    console.error(JSON.stringify({ error: failureFacts(error) }));
  }
}
