import { Command } from 'commander';
import type { ShownRun } from '../runs/show/show.js';
import type { OpenContext } from './command-context.js';
import { RUN_DESCRIPTION } from './run-options.js';

export const runsShowCommand = (open: OpenContext) =>
  new Command('show')
    .description('one run: its state, what its queries do, and every driver it had with the reason why it ended')
    .argument('[run]', `${RUN_DESCRIPTION}; without it the newest`)
    .option('-w, --watch', 'refresh every second until the run has ended; Ctrl-C leaves it running')
    .action(async (word: string | undefined, { watch }: { watch?: boolean }) => {
      const { target, project, globalOptions, report, signal } = await open();
      const [{ showRun, watchRun }, { describeRun }] = await Promise.all([
        import('../runs/show/show.js'),
        import('./describe-run.js'),
      ]);
      if (!watch) {
        const shown = await showRun(target, project, word);
        return report.result(shown, () => describeRun(shown, globalOptions));
      }
      let last: ShownRun | undefined;
      for await (const shown of watchRun(target, project, word, signal)) {
        report.view(shown, () => describeRun(shown, globalOptions));
        last = shown;
      }
      if (signal.aborted && last) report.say(`stopped watching ${last.run}; it is ${last.state}`);
    });
