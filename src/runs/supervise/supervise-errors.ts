import { defineErrors, ExitCode } from '../../errors.js';
import { describeRoom, type ExecutorRoom, type Holder } from './executor-room.js';

export const superviseErrors = defineErrors({
  SUPERVISOR_NOT_STARTED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ run, reason, lastLine }: { run: string; reason: string; lastLine: string }) =>
      `Nobody looks after the run ${run}: its supervisor was not started, ${reason}${lastLine && ` (${lastLine})`}`,
    hint: 'See what its log says in .millrace/runs, and whether this machine has memory and processes left.',
  },
  /** `stoppable`: runs that can be stopped, with the cores that this frees. */
  ROOM_MISSING: {
    exitCode: ExitCode.Prerequisite,
    retriable: true,
    message: ({ job, need, room }: { job: string; need: string; room: ExecutorRoom; stoppable: readonly Holder[] }) =>
      `${job} needs ${need}, and ${describeRoom(room)}`,
    hint: ({ room, stoppable }) => waysOut(room, stoppable),
    onlyInWords: ['need', 'stoppable'],
  },
  MASTER_UNREACHABLE: {
    exitCode: ExitCode.NotReady,
    retriable: true,
    message: ({ scheduler, master }: { scheduler: string; master: string }) => `No ${scheduler} answered at ${master}`,
    hint: 'Run `millrace cluster up`, which starts what does not run, or look with `millrace cluster status`.',
    onlyInWords: ['scheduler'],
  },
  /** Ends a supervisor whose project was moved, without a verdict: its driver may run on. */
  LEFT_BEHIND: {
    exitCode: ExitCode.Prerequisite,
    message: ({ run }: { run: string }) => `The project of ${run} was moved while it ran`,
    hint: 'Run `millrace runs list` in the new folder: it gives the run another supervisor.',
  },
});

/** Waiting is only offered if the cluster is big enough. */
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
