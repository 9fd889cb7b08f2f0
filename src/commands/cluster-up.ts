import { Command, Option } from 'commander';
import type { UpReport } from '../cluster/up.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { parseCount } from './parse-flags.js';

interface UpFlags {
  workers?: number;
  ports?: 'auto';
  retain?: boolean;
}

export const clusterUpCommand = (open: OpenContext) =>
  new Command('up')
    .description('start the broker, the Spark master and its workers, and prove that they are ready')
    .option('--workers <count>', 'how many workers (2)', parseCount)
    .addOption(new Option('--ports <how>', 'take free ports instead of the usual ones').choices(['auto']))
    .option('--retain', 'leave what did start when the start fails')
    .addHelpText('after', '\nExamples:\n  millrace cluster up\n  millrace cluster up --workers 3 --ports auto')
    .action(async ({ workers, ports, retain }: UpFlags) => {
      const context = await open({ config: { workers, ports } });
      const { upCluster } = await import('../cluster/up.js');
      const { target, project, report, signal } = context;
      report.say(`target ${target.name}    project ${project.root}`);
      const result = await upCluster({ target, project, report, signal, isRetained: retain ?? false });
      const text = await describeUp(context, result);
      report.result(result, () => text);
    });

async function describeUp({ target, isSmallMachine }: CommandContext, result: UpReport): Promise<string> {
  const { table } = await import('../report/style.js');
  const rows = result.services.map(({ name, state, address, ui }) => [name, state, address ?? '', ui ?? '']);
  const lines = [
    table(rows),
    '',
    `  Ready in ${result.seconds.toFixed(1)} s${result.started.length === 0 ? '; everything ran already' : ''}.`,
    `  workers of ${result.size.workerCores} cores and ${result.size.workerMemoryMb} MB for jobs${isSmallMachine ? ' (small: this machine has less than 10 GB)' : ''}`,
    `  scripts ${target.src.describe('')}  results ${target.data.describe('')}`,
  ];
  if (result.leftOut.length > 0) lines.push(`  Not used: ${result.leftOut.join(', ')} (your shell's)`);
  lines.push(
    '  Next  millrace seed cars         sample cars into topic `cars`',
    '        millrace cluster down      stop it; topics and results stay',
  );
  return lines.join('\n');
}
