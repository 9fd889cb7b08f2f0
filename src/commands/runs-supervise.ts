import { Command } from 'commander';
import { LockedError } from '../project/lock.js';
import type { OpenContext } from './command-context.js';

/** Hidden from help: `submit` starts it as a process of its own, and nobody needs to type it. */
export const runsSuperviseCommand = (open: OpenContext) =>
  new Command('supervise')
    .description('look after one run until it has ended')
    .argument('<run>')
    .action(async (run: string) => {
      const { target, project, signal } = await open();
      const { superviseRun } = await import('../runs/supervise/supervise.js');
      try {
        await superviseRun({ target, project, run, signal });
      } catch (error) {
        if (!(error instanceof LockedError)) throw error; // another supervisor looks after the run already
      }
    });
