import { defineErrors, ExitCode } from '../errors.js';

export const sparkErrors = defineErrors({
  /** Spark may be able to read it; nobody here can tell where the query would go on. */
  OFFSET_LOG_UNREADABLE: {
    exitCode: ExitCode.Usage,
    message: ({ file }: { file: string }) => `The checkpoint's ${file} is no offset log of format v1`,
    hint: 'Take `--new-checkpoint` to begin anew; the old one is kept.',
  },
});
