import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { parseCount } from './parse-flags.js';

const DEFAULT_LINES = 50;

export const clusterLogsCommand = (open: OpenContext) =>
  new Command('logs')
    .description('what the services wrote')
    .argument('[service]', 'broker, master, worker-1, …; all by default')
    .option('-n, --lines <count>', `how many lines of each (${DEFAULT_LINES})`, parseCount)
    .option('-f, --follow', 'also show new lines, until Ctrl-C')
    .action(async (service: string | undefined, { lines, follow }: { lines?: number; follow?: boolean }) => {
      const { target, report, signal } = await open();
      const { requireServices } = await import('../cluster/cluster-lock.js');
      const { plain } = await import('../report/style.js');
      const options = {
        lines: lines ?? DEFAULT_LINES,
        isFollowing: follow ?? false,
        ...(service === undefined ? {} : { service }),
      };
      for await (const line of requireServices(target).logs(options, signal)) {
        report.item(line, () => `${line.service.padEnd(9)} ${plain(line.line)}`);
      }
    });
