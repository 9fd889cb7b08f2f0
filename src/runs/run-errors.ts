import { ExitCode, MillraceError } from '../errors.js';

export class JobFailedError extends MillraceError {
  readonly code = 'JOB_FAILED';
  readonly exitCode = ExitCode.JobFailed;
  readonly hint: string;

  constructor(
    readonly run: string,
    readonly applicationExitCode: number | null,
    readonly reason: string,
    log: string,
  ) {
    const code = applicationExitCode === null ? 'without an exit code' : `with exit code ${applicationExitCode}`;
    super(`The run ${run} failed ${code}: ${reason}`);
    const isDataLost = /data may have been lost|KAFKA_DATA_LOSS/i.test(reason);
    const cure = isDataLost ? 'The topic was made anew or lost records: begin with `--new-checkpoint`. ' : '';
    this.hint = `${cure}The whole story is in ${log}`;
  }
}

export class CheckpointChangedError extends MillraceError {
  readonly code = 'CHECKPOINT_CHANGED';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly runName: string,
    readonly changes: readonly string[],
  ) {
    super(`The checkpoint of ${runName} belongs to another form of this job: ${changes.join('; ')}`);
    this.hint = 'Take `--new-checkpoint` to begin anew (the old one is kept), or `--name` to run it beside the other.';
  }
}

export class RunLiveError extends MillraceError {
  readonly code = 'RUN_LIVE';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(readonly run: string) {
    super(`The run ${run} is still going, and two runs never share a checkpoint`);
    this.hint = `Stop it with \`millrace runs stop ${run}\`, or give this one a \`--name\` of its own.`;
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
    this.hint = run === null ? 'Begin with `millrace submit`.' : `${meant}\`millrace runs list\` shows what there is.`;
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
