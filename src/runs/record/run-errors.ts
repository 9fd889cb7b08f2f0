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

export class RunLiveError extends MillraceError {
  readonly code = 'RUN_LIVE';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  /** @param otherwise what else can be done than to stop that run */
  constructor(
    readonly run: string,
    otherwise = ', or give this one a `--name` of its own',
  ) {
    super(`The run ${run} is still going, and its checkpoint belongs to it alone`);
    this.hint = `Stop it with \`millrace runs stop ${run}\`${otherwise}.`;
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

export class RunMissingError extends MillraceError {
  readonly code = 'RUN_MISSING';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  /** @param run null where the newest was meant and there is none */
  constructor(
    readonly run: string | null,
    readonly close: readonly string[] = [],
  ) {
    super(run === null ? 'Nothing was submitted yet' : `There is no run \`${run}\` in this project`);
    const meant = close.length > 0 ? `Did you mean ${close.join(' or ')}? ` : '';
    this.hint =
      run === null
        ? 'Begin with `millrace submit windowed-cars`.'
        : `${meant}\`millrace runs list\` shows what there is.`;
  }
}

export class RunElsewhereError extends MillraceError {
  readonly code = 'RUN_ELSEWHERE';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly run: string,
    readonly target: string,
  ) {
    super(`The run ${run} was submitted to target ${target}`);
    this.hint = `Add \`--target ${target}\`.`;
  }
}
