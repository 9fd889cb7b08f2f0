import { Command } from 'commander';
import { UsageError } from '../errors.js';
import type { LostRuns, TakenUp } from '../runs/submit/lost-runs.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { nextCommand } from './next-commands.js';
import { RUN_DESCRIPTION, toRunContext } from './run-options.js';

export const runsRestartCommand = (open: OpenContext) =>
  new Command('restart')
    .description('start a run again from its checkpoint, with the same script; if it is running, it is stopped first')
    .argument('[run]', RUN_DESCRIPTION)
    .option('--all', 'every stream that is lost, as after a restart of the machine')
    .action(async (word: string | undefined, { all = false }: { all?: boolean }) => {
      if (all === (word !== undefined))
        throw new UsageError('`runs restart` takes a run or `--all`', 'See `millrace runs list`.');
      const context = await open();
      await (word === undefined ? restartLost(context) : restartOne(context, word));
    });

async function restartOne(context: CommandContext, word: string): Promise<void> {
  const { restartRun } = await import('../runs/submit/restart.js');
  const result = await context.report.step('restarting', () => restartRun(toRunContext(context), word));
  context.report.result(
    result,
    () =>
      `  run ${result.run}: ${result.state}\n  Watch: ${nextCommand(context, 'runs', 'show', result.run, '--watch')}`,
  );
}

/** Reports what was taken up, also where others were refused, and then throws for these. */
async function restartLost(context: CommandContext): Promise<void> {
  const { target, project, report } = context;
  const [{ findLostRuns, takeUp }, { submitErrors }] = await Promise.all([
    import('../runs/submit/lost-runs.js'),
    import('../runs/submit/submit-errors.js'),
  ]);
  const lost = await findLostRuns(target, project);
  const result = await report.step('restarting', () => takeUp(toRunContext(context), lost.streams));
  report.result({ ...result, lostBatches: lost.batches }, () => describeTakenUp(context, result, lost));
  if (result.refused.length > 0) throw submitErrors.RUNS_NOT_RESTARTED({ refused: result.refused });
}

/** A line for each lost run. */
function describeTakenUp(
  context: Pick<CommandContext, 'globalOptions'>,
  { restarted, refused }: TakenUp,
  { streams, batches }: LostRuns,
): string {
  return [
    ...(streams.length + batches.length === 0 ? ['  No run is lost.'] : []),
    ...restarted.map((run) => `  run ${run}: started again`),
    ...refused.map(({ run }) => `  run ${run}: refused`),
    ...batches.map((run) => `  run ${run}: a batch, which has no checkpoint; submit it again`),
    ...(restarted.length > 0 ? [`  Watch: ${nextCommand(context, 'runs', 'list')}`] : []),
  ].join('\n');
}
