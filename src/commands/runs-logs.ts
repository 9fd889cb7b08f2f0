import { Command } from 'commander';
import type { CommandContext, OpenContext } from './command-context.js';
import { parseCount } from './parse-flags.js';
import { RUN_DESCRIPTION } from './run-options.js';

const DEFAULT_LINES = 200;

interface LogsFlags {
  readonly lines?: number;
  readonly follow?: boolean;
  readonly executors?: boolean;
  readonly attempt?: number;
}

export const runsLogsCommand = (open: OpenContext) =>
  new Command('logs')
    .description('the log of a run, running or ended; without a run, that of the newest')
    .argument('[run]', RUN_DESCRIPTION)
    .option('-n, --lines <count>', `how many lines (${DEFAULT_LINES})`, parseCount)
    .option('-f, --follow', 'also show new lines until the run has ended; Ctrl-C leaves it running')
    .option('--executors', 'show the stderr of its executors instead, while their workers run')
    .option('--attempt <number>', 'which driver of a restarted run, counted from 1 (the last)', parseCount)
    .action(async (word: string | undefined, flags: LogsFlags) => printLogs(await open(), word, flags));

async function printLogs(
  { target, project, report, signal }: CommandContext,
  word: string | undefined,
  { lines = DEFAULT_LINES, follow = false, executors = false, attempt }: LogsFlags,
): Promise<void> {
  const [{ openLogs }, { describeLogsEnd }, { plain }] = await Promise.all([
    import('../runs/logs/logs.js'),
    import('./describe-run.js'),
    import('../report/style.js'),
  ]);
  const options = { word, lines, attempt, isFollowing: follow, isOfExecutors: executors };
  const logs = await openLogs(target, project, options, signal);
  let isSilent = true;
  for await (const line of logs.lines) {
    isSilent = false;
    report.item(line, () => `${line.source.padEnd(executors ? 11 : 6)} ${plain(line.line)}`);
  }
  if (follow) report.say(describeLogsEnd(logs.run, await logs.state()));
  else if (isSilent) report.say(`${logs.run} has ${executors ? 'no executor log on these workers yet' : 'no log'}`);
}
