import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { describeNext, nextCommand } from './next-commands.js';

export const topicListCommand = (open: OpenContext) =>
  new Command('list')
    .alias('ls')
    .description('the topics and how many offsets each holds')
    .action(async () => {
      const context = await open();
      const { target, report } = context;
      const [{ brokerAt }, { listTopics }, { table, count }] = await Promise.all([
        import('../kafka/broker.js'),
        import('../kafka/topics.js'),
        import('../report/style.js'),
      ]);
      const topics = await listTopics(brokerAt(await target.kafka()));
      const summaries = topics.map(({ topic, offsets, partitions }) => ({
        topic,
        offsets,
        partitions: partitions.length,
      }));
      report.result({ topics: summaries }, () => {
        if (summaries.length === 0) {
          const next = describeNext([{ command: nextCommand(context, 'seed', 'cars') }]);
          return ['  There are no topics yet.', ...next].join('\n');
        }
        const rows = summaries.map(({ topic, offsets, partitions }) => [topic, count(offsets), String(partitions)]);
        return table([['TOPIC', 'OFFSETS', 'PARTITIONS'], ...rows], [1, 2]);
      });
    });
