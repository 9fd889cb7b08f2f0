import { defineErrors, ExitCode } from '../../errors.js';
import { describeRoom, type ExecutorRoom, type Holder } from './executor-room.js';

export const superviseErrors = defineErrors({
  SUPERVISOR_NOT_STARTED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ run, reason, lastLine }: { run: string; reason: string; lastLine: string }) =>
      `Nobody looks after the run ${run}: its supervisor was not started, ${reason}${lastLine && ` (${lastLine})`}`,
    hint: 'See what its log says in .millrace/runs, and whether this machine has memory and processes left.',
  },
  ROOM_MISSING: {
    exitCode: ExitCode.Prerequisite,
    retriable: true,
    message: ({ job, need, room }: RoomFacts) => `${job} needs ${need}, and ${describeRoom(room)}`,
    hint: waysOut,
    onlyInWords: ['need', 'stoppable', 'isOurs'],
  },
  MASTER_UNREACHABLE: {
    exitCode: ExitCode.NotReady,
    retriable: true,
    message: ({ scheduler, master }: { scheduler: string; master: string; isOurs: boolean }) =>
      `No ${scheduler} answered at ${master}`,
    hint: ({ isOurs }) =>
      isOurs
        ? 'Run `millrace cluster up`, which starts what does not run, or look with `millrace cluster status`.'
        : 'Ask those who run the cluster, and check its address.',
    onlyInWords: ['scheduler', 'isOurs'],
  },
  /** Ends a supervisor whose project was moved, without a verdict: its driver may run on. */
  LEFT_BEHIND: {
    exitCode: ExitCode.Prerequisite,
    message: ({ run }: { run: string }) => `The project of ${run} was moved while it ran`,
    hint: 'Run `millrace runs list` in the new folder: it gives the run another supervisor.',
  },
});

interface RoomFacts {
  readonly job: string;
  readonly need: string;
  readonly room: ExecutorRoom;
  /** Runs that can be stopped, with the cores that this frees. */
  readonly stoppable: readonly Holder[];
  /** Whether `millrace cluster up` can start more. */
  readonly isOurs: boolean;
}

/** Waiting is only offered if the cluster is big enough. */
function waysOut({ room: { wanted, free, total }, stoppable, isOurs }: RoomFacts): string {
  const most = free === 0 && total < wanted ? total : free;
  const ways = [
    ...(total >= wanted ? ['wait for them with `--queue`'] : []),
    ...(most > 0 ? [`take fewer with \`--cores ${most}\``] : []),
    ...stoppable.map(({ name, cores }) => `stop one with \`millrace runs stop ${name}\` (frees ${cores})`),
    ...(isOurs && total === 0 ? ['start workers with `millrace cluster up`'] : []),
    ...(isOurs && total > 0 && total < wanted
      ? ['start a bigger cluster: `millrace cluster up`, with more `--workers`']
      : []),
  ];
  const text = ways.join(', or ') || 'ask those who run the cluster for more workers';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
