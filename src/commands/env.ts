import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const envCommand = (open: OpenContext) =>
  new Command('env')
    .description('print code for bash and zsh that lets your own spark-submit, pyspark or notebook join the cluster')
    .addHelpText('after', '\nExample:\n  eval "$(millrace env)" && spark-submit my-script.py')
    .action(async () => {
      const { target, report } = await open();
      const { readByHand, toShellCode } = await import('../cluster/by-hand.js');
      const result = await readByHand(target);
      report.result(result, () => toShellCode(result));
    });
