import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const runsListCommand = (open: OpenContext) =>
  new Command('list')
    .alias('ls')
    .description('the runs of this project, the newest first')
    .action(async () => {
      const { target, project, report } = await open();
      const [{ listRuns }, { table }] = await Promise.all([import('../runs/list.js'), import('../report/style.js')]);
      const result = await listRuns(target, project);
      report.result(result, () => {
        if (result.runs.length === 0) return '  Nothing was submitted yet.\n  Next  millrace submit windowed-cars';
        const rows = result.runs.map(({ run, job, state, exitCode, submittedAt }) => [
          run,
          job,
          state,
          exitCode === null ? '' : `exit ${exitCode}`,
          submittedAt.slice(0, 19).replace('T', ' '),
        ]);
        return table([['RUN', 'JOB', 'STATE', '', 'SUBMITTED, UTC'], ...rows]);
      });
    });
