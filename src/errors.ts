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

  /** @param hint how to continue; empty where nothing is left to do */
  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM',
    readonly hint = 'Run the same command again to go on.',
  ) {
    super(signal === 'SIGINT' ? 'Interrupted' : 'Terminated');
    this.exitCode = signal === 'SIGINT' ? ExitCode.Interrupted : ExitCode.Terminated;
  }

  /** For a command that does not continue where it was interrupted. */
  withHint(hint: string): InterruptedError {
    return new InterruptedError(this.signal, hint);
  }
}

/** One error in the table of a folder: its exit code, and its texts, which are made from the facts of the `throw`. */
interface ErrorRow<Facts> {
  readonly exitCode: ExitCode;
  /** Whether a second try can help. */
  readonly retriable?: boolean;
  /** One sentence without its full stop. */
  readonly message: string | ((facts: Facts) => string);
  /** What the reader can do about it. */
  readonly hint: string | ((facts: Facts) => string);
  /** Facts that appear in the texts alone, not as fields in the JSON of the error. */
  readonly onlyInWords?: readonly (keyof Facts)[];
}

/** Makes the error of a row; a row whose texts need no facts takes none. */
type MakeError<Facts> = unknown extends Facts
  ? (facts?: Readonly<Record<string, never>>, options?: ErrorOptions) => MillraceError
  : (facts: Facts, options?: ErrorOptions) => MillraceError & Readonly<Facts>;

/**
 * The errors of a folder, by their codes: those that no code catches by class.
 * @example throw engineErrors.PULL_FAILED({ image, reason }, { cause });
 */
export function defineErrors<Table extends object>(
  rows: { readonly [Code in keyof Table]: ErrorRow<Table[Code]> },
): {
  readonly [Code in keyof Table]: MakeError<Table[Code]>;
} {
  const makers = Object.entries<ErrorRow<never>>(rows).map(([code, row]) => [
    code,
    (facts = {}, options?: ErrorOptions) => new ListedError(code, row, facts as never, options),
  ]);
  return Object.fromEntries(makers);
}

class ListedError extends MillraceError {
  readonly exitCode: ExitCode;
  readonly hint: string;
  override readonly retriable: boolean;

  constructor(
    readonly code: string,
    row: ErrorRow<never>,
    facts: never,
    options?: ErrorOptions,
  ) {
    super(fillIn(row.message, facts), options);
    Object.assign(this, facts);
    for (const fact of row.onlyInWords ?? []) Object.defineProperty(this, fact, { enumerable: false });
    this.exitCode = row.exitCode;
    this.hint = fillIn(row.hint, facts);
    this.retriable = row.retriable ?? false;
  }

  override get name(): string {
    return this.code;
  }
}

function fillIn(text: string | ((facts: never) => string), facts: never): string {
  return typeof text === 'string' ? text : text(facts);
}

/** The result of the work, or null where it fails with an expected error. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MillraceError) return null;
    throw error;
  }
}
