import { join } from 'node:path';
import { Command } from 'commander';
import { DEFAULT_TARGET } from '../targets/registry/registry.js';
import type { OpenContext } from './command-context.js';

export const demoCommand = (open: OpenContext) =>
  new Command('demo')
    .description('cluster, seeds, streams and a model on the shipped samples, in a project of its own (.millrace/demo)')
    .option('--keep', 'leave the cluster running at the end')
    .action(async ({ keep }: { keep?: boolean }) => {
      const own = await open();
      const { project, config } = own;
      const { java, python, mirrors } = config;
      // The demo needs nothing but this machine, unless it is told where to run.
      const target = config.target === 'auto' ? DEFAULT_TARGET : config.target;
      const context = await open({
        projectFolder: join(project.state, 'demo'),
        config: { target, ports: 'auto', java, python, mirrors },
        isYes: true,
      });
      const { runDemo } = await import('./demo-story.js');
      const { describeDemo } = await import('./describe-demo.js');
      const result = await runDemo(context, { isKept: keep ?? false });
      context.report.result(result, () => describeDemo(context, own, result));
    });
