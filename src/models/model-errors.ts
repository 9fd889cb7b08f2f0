import { defineErrors, ExitCode } from '../errors.js';

export const modelErrors = defineErrors({
  TRAINING_REFUSED: {
    exitCode: ExitCode.JobFailed,
    message: ({ reason }: { run: string; reason: string; topic: string }) => `The model was not trained: ${reason}`,
    hint: ({ topic }) =>
      `Fill the topic with \`millrace seed cars${topic === 'cars' ? '' : ` --topic ${topic}`}\` and train again.`,
    onlyInWords: ['reason', 'topic'],
  },
});
