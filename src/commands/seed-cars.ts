import { Command } from 'commander';
import { parseDurationMs } from '../project/duration.js';
import type { SeedCarsReport } from '../seed/mapping/cars/car-mapping.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { type NextStep, nextCommand } from './next-commands.js';
import {
  addSeedOptions,
  describeAfterSeed,
  describeSeed,
  inputOf,
  readSeedFlags,
  type SeedFlags,
  toSeedContext,
} from './seed-options.js';

export const seedCarsCommand = (open: OpenContext) =>
  addSeedOptions(new Command('cars'), 'cars')
    .description('publish used-car listings from CSV files; without files, the sample that comes with millrace')
    .argument('[files...]', 'CSV files of the Kaggle used-car set, or folders of them; the make is the file name')
    .option('--spread <time>', 'spread listed_at over this long before now (1h); else the moment of publishing')
    .addHelpText('after', '\nExamples:\n  millrace seed cars\n  millrace seed cars audi.csv bmw.csv --rate 200/s')
    .action(async (files: string[], flags: SeedFlags & { spread?: string }) => {
      const options = readSeedFlags(flags, 'cars');
      const spreadMs = flags.spread === undefined ? undefined : parseDurationMs(flags.spread);
      const context = await open({ isYes: flags.yes });
      const [{ seedCars }, { sampleCars }, style] = await Promise.all([
        import('../seed/mapping/cars/car-mapping.js'),
        import('../seed/samples.js'),
        import('../report/style.js'),
      ]);
      const source = files.length > 0 ? { paths: files, sourcePrefix: '' } : sampleCars();
      const seeding = await toSeedContext(context);
      const result = await seedCars(seeding, await context.readBrands(), { ...options, ...source, spreadMs });
      context.report.result(result, () => describe(context, result, style));
    });

function describe(
  context: CommandContext,
  result: SeedCarsReport,
  { table, bar, count }: typeof import('../report/style.js'),
): string {
  const most = Math.max(1, ...Object.values(result.makes));
  const rows = Object.entries(result.makes).map(([make, cars]) => [make, bar(cars / most), count(cars)]);
  return [
    table(rows, [2]),
    '',
    ...describeSeed(result, count),
    ...describeAfterSeed(result, nextOfCars(context, result.topic)),
  ].join('\n');
}

export function nextOfCars(context: Pick<CommandContext, 'told'>, topic: string): NextStep[] {
  const next = (...words: string[]) => nextCommand(context, ...words);
  const input = inputOf(topic, 'cars');
  return [
    { command: next('topic', 'tail', topic, '-n', '5'), does: 'the newest of them' },
    { command: next('submit', 'windowed-cars', ...input), does: 'mean prices, as a stream' },
    { command: next('train', 'model', ...input), does: 'a price model' },
  ];
}
