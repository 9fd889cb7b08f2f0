import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const demoCommand = (open: OpenContext) =>
  new Command('demo')
    .description('the whole story on the shipped samples, in a project of its own (.millrace/demo)')
    .option('--keep', 'leave the cluster running at the end')
    .action(async ({ keep }: { keep?: boolean }) => {
      void open;
      void keep;
    });
