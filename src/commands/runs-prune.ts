import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { parseCount } from './parse-flags.js';

const DEFAULT_KEEP = 5;

interface PruneFlags {
  readonly keep?: number;
  readonly olderThan?: string;
  readonly yes?: boolean;
}

export const runsPruneCommand = (open: OpenContext) =>
  new Command('prune')
    .description('delete logs, scripts and records of ended runs; checkpoints and results stay')
    .option('--keep <count>', `how many runs of each name stay, the newest ones (${DEFAULT_KEEP})`, parseCount)
    .option('--older-than <time>', 'delete of the others only those that were submitted longer ago, such as 7d or 12h')
    .option('--yes', 'answer its question with yes')
    .action(async ({ keep = DEFAULT_KEEP, olderThan, yes }: PruneFlags) => {
      const { target, project, report, confirm } = await open({ isYes: yes });
      const [{ findPrunable, prune }, { parseDurationMs }] = await Promise.all([
        import('../runs/prune/prune.js'),
        import('../project/duration.js'),
      ]);
      const before = olderThan === undefined ? undefined : new Date(Date.now() - parseDurationMs(olderThan));
      const runs = await findPrunable(target, project, { keep, before });
      if (runs.length > 0)
        await confirm(
          `Logs, scripts and records of ${countRuns(runs.length)} will be deleted: ${runs.join(', ')}. Go on?`,
        );
      const result = await prune(target, project, runs);
      report.result(result, () => {
        const { deleted, kept } = result;
        return `  Deleted ${deleted.length === 0 ? 'nothing' : `${countRuns(deleted.length)}: ${deleted.join(', ')}`}. Kept ${countRuns(kept)}.`;
      });
    });

function countRuns(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}
