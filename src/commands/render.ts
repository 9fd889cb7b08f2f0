import { Command } from 'commander';
import type { RunPlanOptions } from '../runs/plan/run-plan.js';
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
      const options = toPlanOptions(job, flags);
      const { script, lines } = await renderOnly(toRunContext(context), options);
      const plan = flags.explain ? await explainPlan(context, options) : null;
      context.report.result({ job, script, lines, plan }, () => {
        const next = describeNext([{ command: nextCommand(context, 'submit', job, ...planArguments(flags)) }]);
        const shown = plan === null ? [] : [plan, ''];
        return [...shown, `  ${script} (${lines} lines; worth reading)`, ...next].join('\n');
      });
    });

async function explainPlan(context: CommandContext, options: RunPlanOptions): Promise<string> {
  const { showPlan } = await import('../runs/submit/show-plan.js');
  return context.report.step('planned', () => showPlan(toRunContext(context), options));
}
