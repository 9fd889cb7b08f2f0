import { defineErrors, ExitCode } from '../errors.js';

export const sparkErrors = defineErrors({
  /** Spark may be able to read it, but millrace cannot tell where the query would continue. */
  OFFSET_LOG_UNREADABLE: {
    exitCode: ExitCode.Usage,
    message: ({ file }: { file: string }) => `The checkpoint's ${file} is no offset log of format v1`,
    hint: ({ file }) =>
      `If it is empty, \`millrace runs repair ${file.split('/')[1]}\` takes it away. \`--new-checkpoint\` starts over; the old one is kept.`,
  },
});
