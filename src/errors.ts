/** Exit codes of the command line; every expected failure maps to one of them. */
export const ExitCode = {
  Done: 0,
  Bug: 1,
  Usage: 2,
  Prerequisite: 3,
  NotReady: 4,
  Remote: 5,
  JobFailed: 6,
  StatusNotReady: 10,
  Interrupted: 130,
  Terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An expected failure: one sentence, the facts as fields, and the next move as `hint`. */
export abstract class MillraceError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: ExitCode;
  abstract readonly hint: string;
  readonly retriable: boolean = false;

  override get name(): string {
    return this.constructor.name;
  }
}

/** A wrong flag, parameter, file or header: nothing was started and nothing was changed. */
export class UsageError extends MillraceError {
  readonly code: string = 'USAGE';
  readonly exitCode: ExitCode = ExitCode.Usage;

  constructor(
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The user pressed Ctrl-C (SIGINT) or a supervisor asked for the end (SIGTERM). */
export class InterruptedError extends MillraceError {
  readonly code = 'INTERRUPTED';
  readonly exitCode: ExitCode;
  readonly hint = 'Run the same command again to go on.';

  constructor(readonly signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'Interrupted' : 'Terminated');
    this.exitCode = signal === 'SIGINT' ? ExitCode.Interrupted : ExitCode.Terminated;
  }
}
