import { MillraceError } from '../errors.js';

/** What an error says to the person who meets it: one sentence and the hint; a bug of ours shows its stack. */
export function describeFailure(error: unknown): { message: string; hint?: string; stack?: string } {
  if (error instanceof MillraceError) return { message: error.message, hint: error.hint };
  const known = error instanceof Error ? error : new Error(String(error));
  return {
    message: `This is a bug in millrace: ${known.message}`,
    hint: 'Please report it with the lines above; your topics and results are where they were.',
    ...(known.stack === undefined ? {} : { stack: known.stack }),
  };
}

/** The same as facts for a program: code, message, hint and the error's own fields; a bug with its stack. */
export function failureFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof MillraceError)) return { code: 'BUG', ...describeFailure(error) };
  return { ...error, message: error.message };
}
