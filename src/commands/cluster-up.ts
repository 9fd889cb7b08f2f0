import { Command, Option } from 'commander';
import type { UpReport } from '../cluster/up.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';
import { parseCount } from './parse-flags.js';

interface UpFlags {
  workers?: number;
  ports?: 'auto';
  retain?: boolean;
  resumeRuns?: boolean;
  dryRun?: boolean;
  coordination?: 'kraft' | 'zookeeper';
  sparkVersion?: string;
  allowVulnerable?: boolean;
}

export const clusterUpCommand = (open: OpenContext) =>
  new Command('up')
    .description('start the broker, the Spark master and its workers, and prove that they are ready')
    .option('--workers <count>', 'how many workers (2)', parseCount)
    .addOption(new Option('--ports <how>', 'use free ports instead of the usual ones').choices(['auto']))
    .addOption(
      new Option(
        '--coordination <how>',
        'where the broker keeps its metadata; zookeeper is how older Kafka does it (docker only)',
      ).choices(['kraft', 'zookeeper']),
    )
    .option('--spark-version <version>', 'the Spark to use instead of the pinned one, such as 3.5.8 (docker only)')
    .option('--allow-vulnerable', 'start a version that has known vulnerabilities')
    .option('--retain', 'when the start fails, leave the services up that did start')
    .option('--resume-runs', 'take up the streams that were lost with a restart of the machine, without asking')
    .option('--dry-run', 'print what would be started (docker: the compose file), but start nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace cluster up\n  millrace cluster up --workers 3 --ports auto\n  millrace cluster up --target docker --dry-run',
    )
    .action(async ({ retain, resumeRuns = false, dryRun, ...config }: UpFlags) => {
      const context = await open({ config, isChoosingTarget: true });
      const { target, targetReason, project, report } = context;
      if (dryRun) {
        const { requireServices } = await import('../cluster/cluster-lock.js');
        const plan = await requireServices(target).plan();
        return report.result({ target: target.name, reason: targetReason, plan }, () => plan);
      }
      const [{ upCluster }, { toUpOptions }, { resumeRuns: resume }] = await Promise.all([
        import('../cluster/up.js'),
        import('./cluster-options.js'),
        import('./resume-runs.js'),
      ]);
      report.say(`target ${target.name}${targetReason ? ` (${targetReason})` : ''}    project ${project.root}`);
      const result = await upCluster({ ...toUpOptions(context), isRetained: retain ?? false });
      const runs = await resume(context, resumeRuns);
      const text = await describeUp(context, result);
      report.result({ ...result, runs }, () => text);
    });

async function describeUp(context: CommandContext, result: UpReport): Promise<string> {
  const { target } = context;
  const { table } = await import('../report/style.js');
  const rows = result.services.map(({ name, state, address, ui }) => [name, state, address ?? '', ui ?? '']);
  const lines = [
    table(rows),
    '',
    `  Ready in ${result.seconds.toFixed(1)} s${result.started.length === 0 ? '; everything was running already' : ''}.`,
    `  workers of ${result.size.workerCores} cores and ${result.size.workerMemoryMb} MB for jobs${result.size.isSmall ? ' (small: there is less than 10 GB)' : ''}`,
    `  scripts ${target.src.describe('')}  results ${target.data.describe('')}`,
  ];
  if (result.leftOut.length > 0) lines.push(`  Not used: ${result.leftOut.join(', ')} (your shell's)`);
  const next = [
    { command: nextCommand(context, 'seed', 'cars'), does: 'sample cars into topic `cars`' },
    { command: nextCommand(context, 'cluster', 'down'), does: 'stop the cluster; topics and results stay' },
  ];
  return [...lines, ...describeNext(next)].join('\n');
}
