import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const jobListCommand = (open: OpenContext) =>
  new Command('list')
    .alias('ls')
    .description('the jobs that can be submitted')
    .action(async () => {
      const { jobs, report } = await open();
      const [{ listJobs }, { table }] = await Promise.all([
        import('../jobs/find-jobs.js'),
        import('../report/style.js'),
      ]);
      const found = (await listJobs(jobs)).map(({ name, kind, description }) => ({ job: name, kind, description }));
      report.result({ jobs: found }, () =>
        table([['JOB', 'KIND', 'DOES'], ...found.map(({ job, kind, description }) => [job, kind, description])]),
      );
    });
