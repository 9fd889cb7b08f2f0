import { ExitCode, MillraceError } from '../../errors.js';
import { describeRoom, type ExecutorRoom, type Holder } from './executor-room.js';

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
    readonly room: ExecutorRoom,
    /** Runs that can be stopped, with the cores that this frees. */
    stoppable: readonly Holder[],
  ) {
    super(`${job} needs ${need}, and ${describeRoom(room)}`);
    this.hint = waysOut(room, stoppable);
  }
}

/** Waiting is only offered where it can end. */
function waysOut({ wanted, free, total }: ExecutorRoom, stoppable: readonly Holder[]): string {
  const most = free === 0 && total < wanted ? total : free;
  const ways = [
    ...(total >= wanted ? ['wait for them with `--queue`'] : []),
    ...(most > 0 ? [`take fewer with \`--cores ${most}\``] : []),
    ...stoppable.map(({ name, cores }) => `stop one with \`millrace runs stop ${name}\` (frees ${cores})`),
    ...(total === 0 ? ['start workers with `millrace cluster up`'] : []),
    ...(total > 0 && total < wanted ? ['start a bigger cluster: `millrace cluster up`, with more `--workers`'] : []),
  ];
  const text = ways.join(', or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export class SchedulerUnreachableError extends MillraceError {
  readonly code = 'MASTER_UNREACHABLE';
  readonly exitCode = ExitCode.NotReady;
  override readonly retriable = true;
  readonly hint = 'Run `millrace cluster up`, which starts what does not run, or look with `millrace cluster status`.';

  constructor(
    scheduler: string,
    readonly master: string,
  ) {
    super(`No ${scheduler} answered at ${master}`);
  }
}

/** Ends a supervisor whose project was moved, without a verdict: its driver may run on. */
export class LeftBehindError extends MillraceError {
  readonly code = 'LEFT_BEHIND';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Run `millrace runs list` in the new folder: it gives the run another supervisor.';

  constructor(readonly run: string) {
    super(`The project of ${run} was moved while it ran`);
  }
}
