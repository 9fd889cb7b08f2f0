import { Command } from 'commander';
import type { RepairedQuery, RepairReport } from '../runs/checkpoint/repair.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';

export const runsRepairCommand = (open: OpenContext) =>
  new Command('repair')
    .description(
      'take away what a power cut has torn at the end of a checkpoint, after asking, so that its stream starts again',
    )
    .argument('<name>', 'what the runs are called, without their number')
    .option('--yes', 'answer its question with yes')
    .action(async (name: string, { yes }: { yes?: boolean }) => {
      const context = await open({ isYes: yes });
      const { target, project, report, confirm } = context;
      const { repairRuns } = await import('../runs/checkpoint/repair.js');
      const result = await repairRuns({ target, project, name, confirm, now: new Date() });
      report.result(result, () => describeRepair(context, result));
    });

/** What was torn, what is played again, and where the files are now. */
export function describeRepair(context: Pick<CommandContext, 'globalOptions'>, result: RepairReport): string {
  const { name, generation, queries, kept, damaged } = result;
  return [
    ...(kept === null ? [`  Nothing is torn in the checkpoint of ${name} (generation ${generation}).`] : []),
    ...queries.flatMap(describeQuery),
    ...(kept === null ? [] : [`  kept in  ${kept}`]),
    ...damaged.map((file) => `  damaged  ${file}: nothing was done about it`),
    ...(kept === null
      ? []
      : describeNext([
          { command: nextCommand(context, 'runs', 'restart', name), does: 'its stream, from the checkpoint' },
        ])),
  ].join('\n');
}

function describeQuery({ query, torn, takenAway, again }: RepairedQuery): string[] {
  const words = torn.length === 0 ? 'its end is not whole' : `torn: ${torn.join(', ')}`;
  const files = `${takenAway.length} ${takenAway.length === 1 ? 'file' : 'files'} taken away`;
  const replay = again === null ? 'no batch is played again' : `batch ${again} is played again`;
  return [`  ${query.padEnd(7)}  ${words}`, `           ${files}; ${replay}`];
}
