import { ExitCode, MillraceError } from '../../errors.js';

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
