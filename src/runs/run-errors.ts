import { ExitCode, MillraceError } from '../errors.js';
import { describeGap, type Gap } from './checkpoint/find-gaps.js';
import { describeRoom, type Holder, type Room } from './supervise/room.js';

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
    { cure = null, restarts = 0 }: { readonly cure?: string | null; readonly restarts?: number } = {},
  ) {
    const code = applicationExitCode === null ? 'without an exit code' : `with exit code ${applicationExitCode}`;
    const after = restarts === 0 ? '' : ` after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
    super(`The run ${run} failed ${code}${after}: ${reason}`);
    this.hint = `${cure === null ? '' : `${cure} `}The whole story is in ${log}`;
  }
}

export class SupervisorNotStartedError extends MillraceError {
  readonly code = 'SUPERVISOR_NOT_STARTED';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'See what its log says in .millrace/runs, and whether this machine has memory and processes left.';

  constructor(
    readonly run: string,
    readonly reason: string,
    readonly lastLine: string,
  ) {
    super(
      `Nobody looks after the run ${run}: its supervisor was not started, ${reason}${lastLine && ` (${lastLine})`}`,
    );
  }
}

export class RoomMissingError extends MillraceError {
  readonly code = 'ROOM_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  override readonly retriable = true;
  readonly hint: string;

  constructor(
    readonly job: string,
    need: string,
    readonly room: Room,
    /** Runs that can be stopped, with the cores that this frees. */
    stoppable: readonly Holder[],
  ) {
    super(`${job} needs ${need}, and ${describeRoom(room)}`);
    this.hint = waysOut(room, stoppable);
  }
}

/** Waiting is only offered where it can end. */
function waysOut({ wanted, free, total }: Room, stoppable: readonly Holder[]): string {
  const most = free === 0 && total < wanted ? total : free;
  const ways = [
    ...(total >= wanted ? ['wait for them with `--queue`'] : []),
    ...(most > 0 ? [`take fewer with \`--cores ${most}\``] : []),
    ...stoppable.map(({ name, cores }) => `stop one with \`millrace runs stop ${name}\` (frees ${cores})`),
    ...(total === 0 ? ['start workers with `millrace cluster up`'] : []),
    ...(total > 0 && total < wanted ? ['start a bigger cluster with `millrace cluster up --workers`'] : []),
  ];
  const text = ways.join(', or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export class MasterUnreachableError extends MillraceError {
  readonly code = 'MASTER_UNREACHABLE';
  readonly exitCode = ExitCode.NotReady;
  override readonly retriable = true;
  readonly hint = 'Run `millrace cluster up`, which starts what does not run, or look with `millrace cluster status`.';

  constructor(readonly master: string) {
    super(`No Spark master answered at ${master}`);
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
