import type { Stats } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { UsageError } from '../../errors.js';

/** Too many open files: a limit of the system, and nothing that is wrong with the path. */
const LIMITS = ['EMFILE', 'ENFILE'];

/** Makes a usage error of an error of the operating system about a path; gives any other error back unchanged. */
export function explainUnreadable(path: string, error: unknown, attempt: 'read' | 'written' = 'read'): unknown {
  const { errno } = error as NodeJS.ErrnoException;
  const [code, reason] = (errno !== undefined && getSystemErrorMap().get(errno)) || [];
  if (!code || LIMITS.includes(code)) return error;
  return new UsageError(`${path} cannot be ${attempt}: ${reason} (${code})`, 'Check its permissions and what it is.', {
    cause: error,
  });
}

/** @throws UsageError for a pipe, a socket or a device: what one reading takes from it, the next one does not get */
export function refuseUnlessFile(path: string, found: Stats): void {
  if (found.isFile()) return;
  throw new UsageError(
    `${path} is not a regular file, and can be read only once`,
    'Write what comes from it to a file, and seed that file.',
  );
}
