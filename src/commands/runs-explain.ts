import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const runsExplainCommand = (open: OpenContext) =>
  new Command('explain')
    .description('explain why a run has no rows, or fewer than expected, and what helps')
    .argument('[run]', 'see `millrace runs list`; the newest by default')
    .addHelpText('after', '\nExamples:\n  millrace runs explain\n  millrace runs explain windowed-news-1')
    .action(async (run: string | undefined) => {
      const { target, project, jobs, globalOptions, report, signal } = await open();
      const [{ explainRun }, { toWords }, { describeExplanation }] = await Promise.all([
        import('../runs/explain/explain.js'),
        import('../runs/explain/wording/to-words.js'),
        import('./describe-explanation.js'),
      ]);
      const { isNewest, ...explanation } = await explainRun({ target, project, jobs, signal, run });
      const result = { isNewest, ...toWords(explanation) };
      report.result(result, () => describeExplanation(result, globalOptions));
    });
