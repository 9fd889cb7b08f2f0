import { ExitCode, MillraceError } from '../../errors.js';

export class JobFailedError extends MillraceError {
  readonly code = 'JOB_FAILED';
  readonly exitCode = ExitCode.JobFailed;
  readonly hint: string;

  constructor(
    readonly run: string,
    readonly applicationExitCode: number | null,
    readonly reason: string,
    log: string,
    { cure = null, restarts = 0 }: { readonly cure?: string | null; readonly restarts?: number } = {},
  ) {
    const code = applicationExitCode === null ? 'without an exit code' : `with exit code ${applicationExitCode}`;
    const after = restarts === 0 ? '' : ` after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
    super(`The run ${run} failed ${code}${after}: ${reason}`);
    this.hint = `${cure === null ? '' : `${cure} `}The whole story is in ${log}`;
  }
}

export class RestartRefusedError extends MillraceError {
  readonly code = 'RESTART_REFUSED';
  readonly exitCode = ExitCode.Usage;

  constructor(
    readonly run: string,
    readonly reason: string,
    readonly hint: string,
  ) {
    super(`The run ${run} cannot be started again: ${reason}`);
  }
}
