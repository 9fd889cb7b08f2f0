import { ExitCode, MillraceError } from '../errors.js';
import { describeGap, type Gap } from './find-gaps.js';

const GAPS_IN_SENTENCE = 4;

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
    const cure = isDataLost
      ? 'The topic was made anew or lost records: begin with `--new-checkpoint`, or go on without them with `--tolerate-loss`. '
      : '';
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
    this.hint = `${beginAnew(runName)}, or \`--name\` to run it beside the other.`;
  }
}

/** Records are gone that the checkpoint still points at: retention has passed them, or the topic was made anew. */
export class DataLostError extends MillraceError {
  readonly code = 'DATA_LOST';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly runName: string,
    readonly gaps: readonly Gap[],
  ) {
    super(`${runName} cannot go on without a gap: ${listGaps(gaps)}`);
    this.hint = `Take \`--tolerate-loss\` to go on without these records, which are written down. ${beginAnew(runName)}.`;
  }
}

/** A topic of many partitions has many gaps; a sentence takes some, the field has all. */
function listGaps(gaps: readonly Gap[]): string {
  const rest = gaps.length - GAPS_IN_SENTENCE;
  const said = gaps.slice(0, GAPS_IN_SENTENCE).map(describeGap).join('; ');
  return rest > 0 ? `${said}; and ${rest} more` : said;
}

function beginAnew(runName: string): string {
  return `Take \`--new-checkpoint\` to begin anew (the old one is kept), \`millrace runs reset ${runName} --backup\` to put it away`;
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

export class RunMissingError extends MillraceError {
  readonly code = 'RUN_MISSING';
  readonly exitCode = ExitCode.Usage;
  readonly hint = '`millrace runs list` shows what there is.';

  constructor(readonly run: string) {
    super(`There is no run \`${run}\` in this project`);
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
