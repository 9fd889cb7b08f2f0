import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const runsListCommand = (open: OpenContext) =>
  new Command('list')
    .alias('ls')
    .description('the runs of this project, the newest first')
    .action(async () => {
      const { target, project, globalOptions, report } = await open();
      const [{ listRuns }, { describeRuns }] = await Promise.all([
        import('../runs/list/list.js'),
        import('./describe-run.js'),
      ]);
      const result = await listRuns(target, project);
      report.result(result, () => describeRuns(result, target.scheduler.name, globalOptions));
    });
