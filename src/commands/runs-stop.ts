import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { RUN_WORD } from './run-options.js';

const HOW: Readonly<Record<string, string>> = {
  marker: 'it finished its micro-batch',
  supervisor: 'it had no driver',
  SIGTERM: 'by SIGTERM',
  SIGKILL: 'by SIGKILL, nothing else helped',
};

export const runsStopCommand = (open: OpenContext) =>
  new Command('stop')
    .description('stop a run and return when it has ended; the running micro-batch is let finish')
    .argument('<run>', RUN_WORD)
    .action(async (run: string) => {
      const { target, project, report } = await open();
      const { stopRun } = await import('../runs/supervise/stop.js');
      const result = await report.step('stopping', () => stopRun(target, project, run));
      report.result(
        result,
        () => `  run ${result.run}: ${result.state}, ${result.by ? HOW[result.by] : 'it had ended before'}`,
      );
    });
