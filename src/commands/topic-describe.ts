import { Command } from 'commander';
import type { TopicDescription } from '../kafka/topics.js';
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
        const rows = description.partitions.map(({ partition, leader, start, end, offsets }) =>
          [partition, leader, start, end, offsets].map((value) => count(value)),
        );
        const header = ['PARTITION', 'LEADER', 'START', 'END', 'OFFSETS'];
        return [
          `  ${topic}: ${count(description.offsets)} offsets, so as many records at most`,
          ...describeOpen(description, count),
          '',
          table([header, ...rows], [0, 1, 2, 3, 4]),
        ].join('\n');
      });
    });

/** Where an open transaction keeps readers of committed records from what others have written behind it. */
function describeOpen({ partitions }: TopicDescription, count: (value: number) => string): string[] {
  return partitions
    .filter(({ stable, end }) => stable < end)
    .map(
      ({ partition, stable, end }) =>
        `  partition ${partition}: an open transaction holds back the last ${count(end - stable)}`,
    );
}
