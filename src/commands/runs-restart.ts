import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { toRunContext } from './run-options.js';

export const runsRestartCommand = (open: OpenContext) =>
  new Command('restart')
    .description('start a run again from its checkpoint, with the same script; one that goes on is stopped first')
    .argument('<run>', 'see `millrace runs list`')
    .action(async (run: string) => {
      const context = await open();
      const [{ restartRun }, { readRunStatus }] = await Promise.all([
        import('../runs/restart.js'),
        import('../runs/run-state.js'),
      ]);
      await context.report.step('restarting', () => restartRun(toRunContext(context), run));
      const status = await readRunStatus(context.target, context.project, run);
      context.report.result(
        { run, ...status },
        () => `  run ${run}: ${status.state}\n  Watch: millrace runs show ${run} --watch`,
      );
    });
