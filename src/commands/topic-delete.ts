import { Command } from 'commander';
import type { OpenContext } from './command-context.js';

export const topicDeleteCommand = (open: OpenContext) =>
  new Command('delete')
    .description('delete a topic with all its records, after asking')
    .argument('<topic>')
    .option('--yes', 'answer its question with yes')
    .action(async (topic: string, { yes }: { yes?: boolean }) => {
      const { target, report, confirm } = await open({ isYes: yes });
      const [{ brokerAt }, { deleteTopic, describeTopic, refuseInternal }] = await Promise.all([
        import('../kafka/broker.js'),
        import('../kafka/topics.js'),
      ]);
      refuseInternal(topic);
      const broker = brokerAt(await target.kafka());
      const { offsets } = await describeTopic(broker, topic);
      await confirm(`${topic} and all that it holds (${offsets} offsets) will be deleted. Go on?`);
      await deleteTopic(broker, topic);
      report.result({ topic, deleted: true, offsets }, () => `  Deleted ${topic} (${offsets} offsets).`);
    });
