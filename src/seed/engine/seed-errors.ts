import { defineErrors, ExitCode } from '../../errors.js';

export const seedErrors = defineErrors({
  SOURCE_SEEDED: {
    exitCode: ExitCode.Usage,
    message: ({ topic, sources }: { topic: string; sources: readonly string[] }) =>
      `The topic ${topic} already holds ${sources.join(', ')}`,
    hint: 'Take `--resume` to go on with a seed that was broken off, `--append` to publish all of it again beside the first, or `--replace` to empty the topic first.',
  },
  // The topic holds less than what the broker acknowledged: the one thing a seed must never hide.
  OFFSET_MISMATCH: {
    exitCode: ExitCode.Remote,
    message: ({ topic, published, arrived }: { topic: string; published: number; arrived: number }) =>
      `The broker acknowledged ${published} records, and the offsets of ${topic} grew by ${arrived}`,
    hint: 'See `millrace cluster logs broker`, then seed again with --replace.',
    onlyInWords: ['topic', 'published', 'arrived'],
  },
});
