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

  /** @param hint what goes on from there; empty where nothing does */
  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM',
    readonly hint = 'Run the same command again to go on.',
  ) {
    super(signal === 'SIGINT' ? 'Interrupted' : 'Terminated');
    this.exitCode = signal === 'SIGINT' ? ExitCode.Interrupted : ExitCode.Terminated;
  }

  /** For a command that does not go on when it is run again. */
  withHint(hint: string): InterruptedError {
    return new InterruptedError(this.signal, hint);
  }
}

/** The reason and the way out for each code of the system that is the machine's business and no bug of ours. */
const SYSTEM_REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['permission denied', 'Give yourself the right to it, or use another folder with `--project`.'],
  EPERM: ['not permitted', 'See who owns it, or use another folder with `--project`.'],
  EROFS: ['the file system is read-only', 'Use a folder that can be written to, with `--project`.'],
  ENOSPC: ['the disk is full', 'Make room there; `millrace doctor` shows what is free.'],
  EDQUOT: ['your disk quota is used up', 'Make room there, or use another disk.'],
  EMFILE: ['too many files are open', 'Raise the limit with `ulimit -n 4096`, then run the same command again.'],
  ENFILE: ['too many files are open on this machine', 'End some programs, then run the same command again.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Move that file away, or name another folder.'],
};

/** The operating system said no: rights, room or limits. */
export class SystemRefusedError extends MillraceError {
  readonly code = 'SYSTEM_REFUSED';
  readonly exitCode = ExitCode.Prerequisite;
  readonly reason: string;
  readonly path: string | undefined;
  readonly hint: string;

  /** The expected failure behind an error of the system; nothing for any other error. */
  static from(error: unknown): SystemRefusedError | undefined {
    const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
    if (!(error instanceof Error) || typeof code !== 'string' || typeof syscall !== 'string') return undefined;
    return Object.hasOwn(SYSTEM_REASONS, code) ? new SystemRefusedError(error) : undefined;
  }

  private constructor(error: NodeJS.ErrnoException) {
    const [reason, hint] = SYSTEM_REASONS[error.code ?? ''] ?? ['', ''];
    const what = [error.syscall, error.path].filter(Boolean).join(' ');
    super(`The system refused to ${what}: ${reason}`, { cause: error });
    this.reason = error.code ?? '';
    this.path = error.path;
    this.hint = hint;
  }
}

/** What was asked, or null where that was refused for an expected reason. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MillraceError) return null;
    throw error;
  }
}
