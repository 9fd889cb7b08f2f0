import { Command } from 'commander';
import { UsageError } from '../errors.js';
import type { SubmitReport } from '../runs/submit/run-context.js';
import type { CommandContext, OpenContext } from './command-context.js';
import {
  addPlanOptions,
  addResourceOptions,
  type PlanFlags,
  type ResourceFlags,
  toPlanOptions,
  toResourceOptions,
  toRunContext,
} from './run-options.js';

interface SubmitFlags extends PlanFlags, ResourceFlags {
  readonly newCheckpoint?: boolean;
  readonly tolerateLoss?: boolean;
  readonly packages?: boolean;
  readonly detach?: boolean;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
}

export const submitCommand = (open: OpenContext) =>
  addResourceOptions(addPlanOptions(new Command('submit'), 'a job, see `millrace job list`, or the path of a script'))
    .argument('[arguments...]', 'after `--`: the arguments of a script')
    .description(
      'run a job, or a script of your own, with spark-submit; returns when a batch has ended, or a stream has done its first batch',
    )
    .option('--new-checkpoint', 'start over with a new checkpoint; the old one is kept')
    .option('--tolerate-loss', 'go on although the topic has lost records that were not read yet, and record the gap')
    .option('--packages', 'pass the connector with --packages; Ivy resolves it on every submit')
    .option('--detach', 'return at once; the run is looked after in the background')
    .option('-f, --follow', 'wait until the stream ends; Ctrl-C leaves it running')
    .option('--dry-run', 'render the script and print the spark-submit command, but start nothing')
    .addHelpText(
      'after',
      "\nExamples:\n  millrace submit windowed-news --set window='500 milliseconds'\n  millrace submit windowed-cars --trigger available-now\n  millrace submit ./my_job.py -- --limit 10",
    )
    .action(async (job: string, args: string[], flags: SubmitFlags) => {
      if (flags.detach && flags.follow)
        throw new UsageError('`--detach` and `--follow` exclude each other', 'Leave one of them out.');
      const context = await open();
      const [{ submit }, { previewSubmit }] = await Promise.all([
        import('../runs/submit/submit.js'),
        import('../runs/submit/preview-submit.js'),
      ]);
      const run = toRunContext(context);
      const options = {
        ...toPlanOptions(job, flags),
        ...toResourceOptions(flags),
        args,
        isNewCheckpoint: flags.newCheckpoint ?? false,
        toleratesLoss: flags.tolerateLoss ?? false,
        usesPackages: flags.packages ?? false,
        isDetached: flags.detach ?? false,
        isFollowing: flags.follow ?? false,
      };
      if (flags.dryRun) {
        const preview = await previewSubmit(run, options);
        return context.report.result(preview, () => preview.command);
      }
      const result = await submit(run, options);
      await reportRun(context, result);
    });

/** Reports the result, also of a failed run, and then throws its failure, which decides the exit code. */
async function reportRun(context: CommandContext, result: SubmitReport): Promise<void> {
  const { report, target, project } = context;
  const [{ summarizeRun }, { throwIfFailed }, { describeSubmit }] = await Promise.all([
    import('../runs/show/summarize.js'),
    import('../runs/submit/submit.js'),
    import('./describe-submit.js'),
  ]);
  const summarized = await summarizeRun(target, project, result);
  report.result({ ...result, summary: summarized.summary }, () => describeSubmit(context, result, summarized));
  await throwIfFailed({ target, project }, result.run, result);
}
