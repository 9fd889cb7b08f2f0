import { defineErrors, ExitCode, type MillraceError } from '../errors.js';

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

export const systemErrors = defineErrors({
  /** The operating system said no: rights, room or limits. */
  SYSTEM_REFUSED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ reason, path, syscall }: { reason: string; path: string | undefined; syscall: string }) =>
      `The system refused to ${[syscall, path].filter(Boolean).join(' ')}: ${SYSTEM_REASONS[reason]?.[0]}`,
    hint: ({ reason }) => String(SYSTEM_REASONS[reason]?.[1]),
    onlyInWords: ['syscall'],
  },
});

/** The expected failure behind an error of the system; nothing for any other error. */
export function explainSystemError(error: unknown): MillraceError | undefined {
  const { code: reason, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof reason !== 'string' || typeof syscall !== 'string') return undefined;
  if (!Object.hasOwn(SYSTEM_REASONS, reason)) return undefined;
  return systemErrors.SYSTEM_REFUSED({ reason, path, syscall }, { cause: error });
}
