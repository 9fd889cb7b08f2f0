import { Command } from 'commander';
import type { Preview } from '../runs/submit/render-only.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';
import { addPlanOptions, type PlanFlags, planArguments, toPlanOptions, toRunContext } from './run-options.js';

export const renderCommand = (open: OpenContext) =>
  addPlanOptions(new Command('render'))
    .description("write a job's PySpark script into the shared folder, but do not run it")
    .option('--explain', 'also print the plan that Spark makes of a stream; the cluster must run')
    .action(async (job: string, flags: PlanFlags & { explain?: boolean }) => {
      const context = await open();
      const { renderOnly } = await import('../runs/submit/render-only.js');
      const preview = await renderOnly(toRunContext(context), toPlanOptions(job, flags));
      const plan = flags.explain ? await explainPlan(context, preview) : null;
      const { script, lines } = preview;
      context.report.result({ job, script, lines, plan }, () => {
        const next = describeNext([{ command: nextCommand(context, 'submit', job, ...planArguments(flags)) }]);
        const shown = plan === null ? [] : [plan, ''];
        return [...shown, `  ${script} (${lines} lines; worth reading)`, ...next].join('\n');
      });
    });

async function explainPlan(context: CommandContext, preview: Preview): Promise<string> {
  const { showPlan } = await import('../runs/submit/show-plan.js');
  return context.report.step('planned', () => showPlan(toRunContext(context), preview));
}
