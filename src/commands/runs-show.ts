import { Command } from 'commander';
import type { ShownRun } from '../runs/show/show.js';
import type { OpenContext } from './command-context.js';
import { RUN_WORD } from './run-options.js';

export const runsShowCommand = (open: OpenContext) =>
  new Command('show')
    .description('one run: its state, what its queries do, every driver it had and why it ended')
    .argument('[run]', `${RUN_WORD}; without it the newest`)
    .option('-w, --watch', 'look again every second until the run has ended; Ctrl-C lets go of it')
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
      if (signal.aborted && last) report.say(`let go of ${last.run}; it is ${last.state}`);
    });
