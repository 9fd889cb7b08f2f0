import { Command } from 'commander';
import type { Explanation } from '../runs/explain/explain.js';
import type { OpenContext } from './command-context.js';

export const runsExplainCommand = (open: OpenContext) =>
  new Command('explain')
    .description('why a run has no rows, or fewer than expected; what was ruled out, and the command that helps')
    .argument('[run]', 'see `millrace runs list`; the newest by default')
    .addHelpText('after', '\nExamples:\n  millrace runs explain\n  millrace runs explain windowed-news-1')
    .action(async (run: string | undefined) => {
      const { target, project, jobs, told, report, signal } = await open();
      const [{ explainRun }, { describeExplanation }] = await Promise.all([
        import('../runs/explain/explain.js'),
        import('./describe-explanation.js'),
      ]);
      const explanation: Explanation = await explainRun({ target, project, jobs, signal, run });
      report.result(explanation, () => describeExplanation(explanation, told));
    });
