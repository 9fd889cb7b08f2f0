import { defineErrors, ExitCode } from '../../errors.js';

export const runErrors = defineErrors({
  RUN_LIVE: {
    exitCode: ExitCode.Usage,
    message: ({ run }: { run: string; otherwise: string }) =>
      `The run ${run} is still going, and its checkpoint belongs to it alone`,
    hint: ({ run, otherwise }) => `Stop it with \`millrace runs stop ${run}\`${otherwise}.`,
    onlyInWords: ['otherwise'],
  },
  RUN_MISSING: {
    exitCode: ExitCode.Usage,
    message: ({ run }: { run: string | null; close: readonly string[] }) =>
      run === null ? 'Nothing was submitted yet' : `There is no run \`${run}\` in this project`,
    hint: ({ run, close }) => {
      if (run === null) return 'Begin with `millrace submit windowed-cars`.';
      const meant = close.length > 0 ? `Did you mean ${close.join(' or ')}? ` : '';
      return `${meant}\`millrace runs list\` shows what there is.`;
    },
  },
  RUN_ELSEWHERE: {
    exitCode: ExitCode.Usage,
    message: ({ run, target }: { run: string; target: string }) => `The run ${run} was submitted to target ${target}`,
    hint: ({ target }) => `Add \`--target ${target}\`.`,
  },
});
