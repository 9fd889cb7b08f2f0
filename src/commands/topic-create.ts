import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { parseCount } from './parse-flags.js';

export const topicCreateCommand = (open: OpenContext) =>
  new Command('create')
    .description('create an empty topic; an existing one is not changed')
    .argument('<topic>')
    .option('--partitions <count>', 'how many partitions (4)', parseCount)
    .action(async (topic: string, { partitions }: { partitions?: number }) => {
      const { target, report } = await open();
      const [{ brokerAt }, { checkTopicName }, { createTopics }] = await Promise.all([
        import('../kafka/broker.js'),
        import('../kafka/topic-name.js'),
        import('../kafka/topics.js'),
      ]);
      const broker = brokerAt(await target.kafka());
      const created = (await createTopics(broker, [checkTopicName(topic)], { partitions })).length > 0;
      report.result({ topic, created }, () =>
        created ? `  Created ${topic}.` : `  ${topic} was there already; it is unchanged.`,
      );
    });
