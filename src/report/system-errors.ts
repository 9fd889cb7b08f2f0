import { defineErrors, ExitCode, type MillraceError } from '../errors.js';

/** Reason and hint for each error code of the operating system that is no bug in millrace. */
const SYSTEM_REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['permission denied', 'Give yourself access to it, or use another folder with `--project`.'],
  EPERM: ['not permitted', 'Check who owns it, or use another folder with `--project`.'],
  EROFS: ['the file system is read-only', 'Use a folder that can be written to, with `--project`.'],
  ENOSPC: ['the disk is full', 'Free some space there; `millrace doctor` shows how much there is.'],
  EDQUOT: ['your disk quota is used up', 'Free some space there, or use another disk.'],
  EMFILE: ['too many files are open', 'Raise the limit with `ulimit -n 4096`, then run the same command again.'],
  ENFILE: ['too many files are open on this machine', 'End some programs, then run the same command again.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Move that file to another place, or name another folder.'],
};

export const systemErrors = defineErrors({
  /** The operating system refuses: permissions, space or limits. */
  SYSTEM_REFUSED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ reason, path, syscall }: { reason: string; path: string | undefined; syscall: string }) =>
      `The system refused to ${[syscall, path].filter(Boolean).join(' ')}: ${SYSTEM_REASONS[reason]?.[0]}`,
    hint: ({ reason }) => String(SYSTEM_REASONS[reason]?.[1]),
    onlyInWords: ['syscall'],
  },
});

/** The expected failure for an error of the operating system; undefined for any other error. */
export function explainSystemError(error: unknown): MillraceError | undefined {
  const { code: reason, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof reason !== 'string' || typeof syscall !== 'string') return undefined;
  if (!Object.hasOwn(SYSTEM_REASONS, reason)) return undefined;
  return systemErrors.SYSTEM_REFUSED({ reason, path, syscall }, { cause: error });
}
