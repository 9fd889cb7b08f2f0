import { Command } from 'commander';
import type { OpenContext } from './command-context.js';
import { addSeedOptions, describeSeed, readSeedFlags, type SeedFlags, toSeedContext } from './seed-options.js';

export const seedNewsCommand = (open: OpenContext) =>
  addSeedOptions(new Command('news'), 'news')
    .description(
      'publish news stories from files of the Aylien News API; without files, the sample that comes with millrace',
    )
    .argument('[files...]', 'stories of v5 or v6: JSON arrays, pages, or JSON Lines')
    .addHelpText('after', '\nExamples:\n  millrace seed news\n  millrace seed news stories.json --rate 5/s')
    .action(async (files: string[], flags: SeedFlags) => {
      const options = readSeedFlags(flags, 'news');
      const context = await open({ isYes: flags.yes });
      const [{ seedNews }, { sampleNews }, { table, bar, count }] = await Promise.all([
        import('../seed/seed-news.js'),
        import('../seed/samples.js'),
        import('../report/style.js'),
      ]);
      const source = files.length > 0 ? { paths: files, sourcePrefix: '' } : sampleNews();
      const seeding = await toSeedContext(context);
      const result = await seedNews(seeding, await context.readBrands(), { ...options, ...source });
      context.report.result(result, () => {
        const most = Math.max(1, ...Object.values(result.brands));
        const rows = Object.entries(result.brands).map(([brand, stories]) => [
          brand,
          bar(stories / most),
          count(stories),
        ]);
        return [table(rows, [2]), '', ...describeSeed(result, count), '  Next  millrace submit windowed-news'].join(
          '\n',
        );
      });
    });
