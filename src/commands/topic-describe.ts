import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const topicDescribeCommand = (open: OpenContext) =>
  new Command('describe')
    .description('a topic: its partitions and their offsets')
    .argument('<topic>')
    .action(async (topic: string) => {
      const { target, report } = await open();
      const [{ brokerAt }, { describeTopic }, { table, count }] = await Promise.all([
        import('../kafka/broker.js'),
        import('../kafka/topics.js'),
        import('../report/style.js'),
      ]);
      const description = await describeTopic(brokerAt(await target.kafka()), topic);
      report.result(description, () => {
        const rows = description.partitions.map(({ partition, leader, start, end, records }) =>
          [partition, leader, start, end, records].map((value) => count(value)),
        );
        const header = ['PARTITION', 'LEADER', 'START', 'END', 'RECORDS'];
        return `  ${topic}: ${count(description.records)} records\n\n${table([header, ...rows], [0, 1, 2, 3, 4])}`;
      });
    });
