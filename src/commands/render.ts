import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';
import { addPlanOptions, type PlanFlags, planArguments, toPlanOptions, toRunContext } from './run-options.js';

export const renderCommand = (open: OpenContext) =>
  addPlanOptions(new Command('render'))
    .description("write a job's PySpark script into the shared folder, but do not run it")
    .action(async (job: string, flags: PlanFlags) => {
      const context = await open();
      const { renderOnly } = await import('../runs/submit/render-only.js');
      const { script, lines } = await renderOnly(toRunContext(context), toPlanOptions(job, flags));
      context.report.result({ job, script, lines }, () => {
        const next = describeNext([{ command: nextCommand(context, 'submit', job, ...planArguments(flags)) }]);
        return [`  ${script} (${lines} lines; worth reading)`, ...next].join('\n');
      });
    });
