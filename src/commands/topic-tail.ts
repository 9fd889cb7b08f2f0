import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { parseCount } from './parse-flags.js';

const DEFAULT_RECORDS = 10;

export const topicTailCommand = (open: OpenContext) =>
  new Command('tail')
    .description('the newest records of a topic')
    .argument('<topic>')
    .option('-n, --lines <count>', `how many (${DEFAULT_RECORDS})`, parseCount)
    .option('-f, --follow', 'also show new records, until Ctrl-C')
    .action(async (topic: string, { lines, follow }: { lines?: number; follow?: boolean }) => {
      const { target, report, signal } = await open();
      const [{ brokerAt }, { readRecords }, { plain }] = await Promise.all([
        import('../kafka/broker.js'),
        import('../kafka/read-records.js'),
        import('../report/style.js'),
      ]);
      const broker = brokerAt(await target.kafka());
      const options = { last: lines ?? DEFAULT_RECORDS, isFollowing: follow ?? false, signal };
      await readRecords(broker, topic, options, (record) => {
        report.item(record, () => `${plain(record.key ?? '-')}  ${plain(record.value ?? 'null')}`);
      });
    });
