import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const clusterDownCommand = (open: OpenContext) =>
  new Command('down')
    .description('stop the runs, then the cluster; topics and results stay')
    .option('--purge', 'delete topics, results, models, scripts and logs as well, after asking')
    .option('--yes', 'answer its question with yes')
    .action(async ({ purge, yes }: { purge?: boolean; yes?: boolean }) => {
      const context = await open({ isYes: yes });
      const { project, report, confirm } = context;
      const [{ downCluster }, { toDownOptions }] = await Promise.all([
        import('../cluster/down.js'),
        import('./cluster-options.js'),
      ]);
      if (purge) await confirm(`All topics, results and models of ${project.root} will be deleted. Go on?`);
      const result = await downCluster({ ...toDownOptions(context), isPurging: purge ?? false });
      report.result(result, () => {
        const runs = result.stoppedRuns.length === 0 ? '' : `  stopped the runs ${result.stoppedRuns.join(', ')}\n`;
        return `${runs}  The cluster is down; ${purge ? 'its topics and results are deleted' : 'topics and results stay'}.`;
      });
    });
