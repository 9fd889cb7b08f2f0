import { defineErrors, ExitCode } from '../../errors.js';

/** How a run failed; the hint takes `log` and `cure`. */
interface JobFailure {
  readonly run: string;
  readonly applicationExitCode: number | null;
  readonly reason: string;
  readonly log: string;
  readonly cure: string | null;
  readonly restarts: number;
}

export const submitErrors = defineErrors({
  JOB_FAILED: {
    exitCode: ExitCode.JobFailed,
    message: ({ run, applicationExitCode, reason, restarts }: JobFailure) => {
      const code = applicationExitCode === null ? 'without an exit code' : `with exit code ${applicationExitCode}`;
      const after = restarts === 0 ? '' : ` after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
      return `The run ${run} failed ${code}${after}: ${reason}`;
    },
    hint: ({ log, cure }) => `${cure === null ? '' : `${cure} `}See ${log} for the whole story.`,
    onlyInWords: ['log', 'cure', 'restarts'],
  },
  NOT_PLANNED: {
    exitCode: ExitCode.JobFailed,
    message: ({ job, reason }: { job: string; reason: string }) => `Spark made no plan of ${job}: ${reason}`,
    hint: 'The plan is that of the function `results_of` in the template of the job; compare with that of a shipped job.',
  },
  /** Of several runs that were to be started again. */
  RUNS_NOT_RESTARTED: {
    exitCode: ExitCode.Usage,
    message: ({
      refused,
    }: {
      refused: ReadonlyArray<{ readonly run: string; readonly reason: string; readonly hint: string }>;
    }) =>
      `${refused.length === 1 ? 'One run was' : `${refused.length} runs were`} not started again: ${refused.map(({ run, reason }) => `${run} (${reason})`).join('; ')}`,
    hint: ({ refused: [first] }) => first?.hint ?? '',
  },
  RESTART_REFUSED: {
    exitCode: ExitCode.Usage,
    message: ({ run, reason }: { run: string; reason: string; hint: string }) =>
      `The run ${run} cannot be started again: ${reason}`,
    hint: ({ hint }) => hint,
  },
});
