import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const runsResetCommand = (open: OpenContext) =>
  new Command('reset')
    .description("delete a name's checkpoints and results, after asking, so that its next submit starts over")
    .argument('<name>', 'what the runs are called, without their number')
    .option('--backup', 'rename them instead of deleting them')
    .option('--yes', 'answer its question with yes')
    .action(async (name: string, { backup, yes }: { backup?: boolean; yes?: boolean }) => {
      const { target, project, report, confirm } = await open({ isYes: yes });
      const { resetRuns } = await import('../runs/checkpoint/reset.js');
      const now = new Date();
      const result = await resetRuns({ target, project, name, isBackup: backup ?? false, confirm, now });
      report.result(result, () =>
        result.folders
          .map((folder, index) => {
            const kept = result.backups[index];
            return kept ? `  ${folder}\n    is now ${kept}` : `  deleted ${folder}`;
          })
          .join('\n'),
      );
    });
