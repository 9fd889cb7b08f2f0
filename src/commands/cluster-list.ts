import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';

export const clusterListCommand = (open: OpenContext) =>
  new Command('list')
    .alias('ls')
    .description('the clusters of all your projects')
    .action(async () => {
      const context = await open();
      const { projects, openProject, report } = context;
      const { listClusters } = await import('../cluster/list.js');
      const { table } = await import('../report/style.js');
      const result = await listClusters(projects, openProject);
      report.result(result, () => {
        if (result.clusters.length === 0) {
          const next = describeNext([{ command: nextCommand(context, 'cluster', 'up') }]);
          return ['  No project has a cluster.', ...next].join('\n');
        }
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
