import type { DownOptions } from '../cluster/down.js';
import type { UpOptions } from '../cluster/up.js';
import type { CommandContext } from './command-context.js';

/** Options for `upCluster`, which may not import the code of seeds itself. */
export function toUpOptions(context: CommandContext): UpOptions {
  const { target, project, projects, report, signal } = context;
  return { target, project, projects, report, signal, forgetTopics: (id) => forgetTopics(context, id) };
}

/** Options for `downCluster`, which may not import the code of runs and seeds itself. */
export function toDownOptions(context: CommandContext): Omit<DownOptions, 'isPurging'> {
  const { target, project, projects, report } = context;
  return {
    target,
    project,
    projects,
    report,
    stopRuns: async () => {
      const { stopAllRuns } = await import('../runs/supervise/stop.js');
      return (await stopAllRuns(target, project)).map(({ run }) => run);
    },
    forgetRuns: async () => (await import('../runs/record/run-record.js')).forgetRuns(project, target.name),
    forgetTopics: (id) => forgetTopics(context, id),
    forgetRejects: async () => (await import('../seed/engine/rejects-file.js')).forgetRejects(project),
  };
}

async function forgetTopics({ project }: CommandContext, clusterId: string): Promise<void> {
  const { forgetLedgers } = await import('../seed/engine/seed-ledger.js');
  await forgetLedgers({ project, clusterId });
}
