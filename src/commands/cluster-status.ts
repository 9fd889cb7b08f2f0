import { Command } from 'commander';
import { ExitCode } from '../errors.js';
import type { OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';

export const clusterStatusCommand = (open: OpenContext) =>
  new Command('status')
    .description('which services run and whether they work; the exit code is 10 when the cluster is not ready')
    .action(async () => {
      const context = await open();
      const { target, project, report } = context;
      const { readClusterStatus } = await import('../cluster/status.js');
      const { table } = await import('../report/style.js');
      const status = await readClusterStatus(target, project);
      report.result(status, () => {
        const rows = status.services.map(({ name, state, pid, container, address, ui }) => [
          name,
          state,
          pid ? `pid ${pid}` : (container ?? ''),
          address ?? '',
          ui ?? '',
        ]);
        const next = status.state === 'ready' ? [] : describeNext([{ command: nextCommand(context, 'cluster', 'up') }]);
        return [`  target ${status.target}: ${status.state}`, '', table(rows), ...next].join('\n');
      });
      if (status.state !== 'ready') process.exitCode = ExitCode.StatusNotReady;
    });
