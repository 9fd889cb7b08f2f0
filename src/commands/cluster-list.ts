import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const clusterListCommand = (open: OpenContext) =>
  new Command('list')
    .alias('ls')
    .description('the clusters of all your projects')
    .action(async () => {
      const { projects, openProject, report } = await open();
      const { listClusters } = await import('../cluster/list.js');
      const { table } = await import('../report/style.js');
      const result = await listClusters(projects, openProject);
      report.result(result, () => {
        if (result.clusters.length === 0) return '  No project has a cluster.\n  Next  millrace cluster up';
        const rows = result.clusters.map(({ project, target, state, broker, masterUi, reason }) => [
          project,
          target ?? '',
          state,
          broker ?? reason ?? '',
          masterUi ?? '',
        ]);
        return table([['PROJECT', 'TARGET', 'STATE', 'BROKER', 'MASTER'], ...rows]);
      });
    });
