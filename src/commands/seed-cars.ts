import { Command } from 'commander';
import { parseDurationMs } from '../project/duration.js';
import type { SeedCarsReport } from '../seed/seed-cars.js';
import type { OpenContext } from './command-context.js';
import { addSeedOptions, describeSeed, readSeedFlags, type SeedFlags, toSeedContext } from './seed-options.js';

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
        import('../seed/seed-cars.js'),
        import('../seed/samples.js'),
        import('../report/style.js'),
      ]);
      const source = files.length > 0 ? { paths: files, sourcePrefix: '' } : sampleCars();
      const seeding = await toSeedContext(context);
      const result = await seedCars(seeding, await context.readBrands(), { ...options, ...source, spreadMs });
      context.report.result(result, () => describe(result, style));
    });

function describe(result: SeedCarsReport, { table, bar, count }: typeof import('../report/style.js')): string {
  const most = Math.max(1, ...Object.values(result.makes));
  const rows = Object.entries(result.makes).map(([make, cars]) => [make, bar(cars / most), count(cars)]);
  return [
    table(rows, [2]),
    '',
    ...describeSeed(result, count),
    '  Next  millrace train model       or look: millrace topic tail cars -n 5',
  ].join('\n');
}
