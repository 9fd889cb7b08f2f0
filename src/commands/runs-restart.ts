import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { nextCommand } from './next-commands.js';
import { RUN_DESCRIPTION, toRunContext } from './run-options.js';

export const runsRestartCommand = (open: OpenContext) =>
  new Command('restart')
    .description('start a run again from its checkpoint, with the same script; if it is running, it is stopped first')
    .argument('<run>', RUN_DESCRIPTION)
    .action(async (word: string) => {
      const context = await open();
      const { restartRun } = await import('../runs/submit/restart.js');
      const result = await context.report.step('restarting', () => restartRun(toRunContext(context), word));
      context.report.result(
        result,
        () =>
          `  run ${result.run}: ${result.state}\n  Watch: ${nextCommand(context, 'runs', 'show', result.run, '--watch')}`,
      );
    });
