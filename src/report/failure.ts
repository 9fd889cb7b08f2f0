import { ExitCode, MillraceError } from '../errors.js';
import { explainSystemError } from './system-errors.js';

/** What a person is shown of an error: one sentence and the hint; for a bug in millrace also its stack. */
export function describeFailure(error: unknown): { message: string; hint?: string; stack?: string } {
  const expected = expectedFailure(error);
  if (expected) return { message: expected.message, hint: expected.hint };
  const known = error instanceof Error ? error : new Error(String(error));
  return {
    message: `This is a bug in millrace: ${known.message}`,
    hint: 'Please report it with the lines above; your topics and results are where they were.',
    ...(known.stack === undefined ? {} : { stack: known.stack }),
  };
}

/** What a program is given of an error: code, message, hint and the error's own fields; for a bug also its stack. */
export function failureFacts(error: unknown): Record<string, unknown> {
  const expected = expectedFailure(error);
  return expected ? { ...expected, message: expected.message } : { code: 'BUG', ...describeFailure(error) };
}

/** The exit code of a command that ends with this error. */
export function exitCodeOf(error: unknown): ExitCode {
  return expectedFailure(error)?.exitCode ?? ExitCode.Bug;
}

function expectedFailure(error: unknown): MillraceError | undefined {
  return error instanceof MillraceError ? error : explainSystemError(error);
}
