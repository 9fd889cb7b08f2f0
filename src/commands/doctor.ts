import { Command } from 'commander';
import { ExitCode } from '../errors.js';
import type { OpenContext } from './command-context.js';

export const doctorCommand = (open: OpenContext) =>
  new Command('doctor')
    .description('check what millrace needs of this machine, and show how to fix what is missing')
    .action(async () => {
      const { target, report } = await open({ isChoosingTarget: true });
      const [{ examine }, { style }] = await Promise.all([
        import('../cluster/doctor.js'),
        import('../report/style.js'),
      ]);
      const result = await examine(target, { nodeVersion: process.versions.node, platform: process.platform });
      report.result(result, () =>
        result.checks
          .map(({ name, isOk, found, mend, isRequired }) => {
            const mark = isOk ? style.good('✓') : isRequired ? style.bad('✗') : style.caution('!');
            return `  ${mark} ${name.padEnd(20)} ${found}${mend ? `\n      → ${mend}` : ''}`;
          })
          .join('\n'),
      );
      if (!result.isHealthy) process.exitCode = ExitCode.Prerequisite;
    });
