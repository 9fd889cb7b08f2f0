import type { Stats } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { UsageError } from '../../errors.js';

/** What the operating system said to an attempt to read (or write) a path, as a usage error; any other error as it is. */
export function explainUnreadable(path: string, error: unknown, attempt: 'read' | 'written' = 'read'): unknown {
  const { errno } = error as NodeJS.ErrnoException;
  const [code, reason] = (errno !== undefined && getSystemErrorMap().get(errno)) || [];
  if (!code) return error;
  return new UsageError(`${path} cannot be ${attempt}: ${reason} (${code})`, 'Check its permissions and what it is.', {
    cause: error,
  });
}

/** @throws UsageError for a pipe, a socket or a device: each look into it would take away what the next one is to read */
export function refuseUnlessFile(path: string, found: Stats): void {
  if (found.isFile()) return;
  throw new UsageError(
    `${path} is no regular file, and can be read only once`,
    'Write what comes from it to a file, and seed that one.',
  );
}
