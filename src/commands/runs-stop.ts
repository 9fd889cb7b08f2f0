import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { RUN_DESCRIPTION } from './run-options.js';

const HOW: Readonly<Record<string, string>> = {
  marker: 'it finished its micro-batch',
  supervisor: 'it had no driver',
  SIGTERM: 'by SIGTERM',
  SIGKILL: 'by SIGKILL, since nothing else helped',
};

export const runsStopCommand = (open: OpenContext) =>
  new Command('stop')
    .description('stop a run, let it finish its micro-batch, and return when it has ended')
    .argument('<run>', RUN_DESCRIPTION)
    .action(async (run: string) => {
      const { target, project, report } = await open();
      const { stopRun } = await import('../runs/supervise/stop.js');
      const result = await report.step('stopping', () => stopRun(target, project, run));
      report.result(
        result,
        () => `  run ${result.run}: ${result.state}, ${result.by ? HOW[result.by] : 'it had ended before'}`,
      );
    });
