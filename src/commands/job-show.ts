import { Command } from 'commander';
import type { JobDefinition } from '../jobs/job-definition.js';
import type { OpenContext } from './command-context.js';

export const jobShowCommand = (open: OpenContext) =>
  new Command('show')
    .description('a job: its topics, parameters and resources')
    .argument('<job>')
    .action(async (name: string) => {
      const { jobs, report } = await open();
      const [{ findJob }, { resolveParameters }, { resolveJob }, { table }] = await Promise.all([
        import('../jobs/find-jobs.js'),
        import('../jobs/parameters.js'),
        import('../jobs/resolve-job.js'),
        import('../report/style.js'),
      ]);
      const { name: job, ...definition } = await findJob(jobs, name);
      const values = resolveParameters({ name: job, ...definition }, []);
      const resolved = resolveJob(definition, values);
      const { reads } = resolved;
      const writes = resolved.writes.map(({ topic }) => topic);
      report.result({ job, ...definition, reads, writes }, () => {
        const header = ['PARAMETER', 'TYPE', 'DEFAULT', 'DOES'];
        const { kind, description, resources } = definition;
        return [
          `  ${job} (${kind}): ${description}`,
          `  reads ${reads.join(', ') || 'nothing'}    writes ${writes.join(', ') || 'no topic'}`,
          `  ${resources.cores} core${resources.cores > 1 ? 's' : ''}, executors of ${resources.executorMemory}, driver of ${resources.driverMemory}`,
          '',
          table([header, ...parameterRows(definition.parameters)]),
        ].join('\n');
      });
    });

function parameterRows(parameters: JobDefinition['parameters']): string[][] {
  return Object.entries(parameters).map(([name, { type, default: value, description, choices }]) => [
    name,
    choices ? choices.join(' | ') : type,
    value === null ? 'none' : String(value),
    description,
  ]);
}
