import { Command } from 'commander';
import type { SeedLiveReport } from '../seed/run-endless.js';
import type { SeedNewsReport } from '../seed/seed-news.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { type NextStep, nextCommand } from './next-commands.js';
import { addNewsOptions, type NewsChoice, type NewsFlags, readNewsFlags } from './seed-news-options.js';
import { describeAfterSeed, describeSeed, inputOf, toSeedContext } from './seed-options.js';

const EXAMPLES = [
  'millrace seed news',
  'millrace seed news stories.json --rate 5/s',
  'millrace seed news stories.ndjson --speed 60x --shift-to-now',
  'millrace seed news --live --brands audi,bmw --follow --record stories.ndjson',
];

export const seedNewsCommand = (open: OpenContext) =>
  addNewsOptions(new Command('news'))
    .description(
      'publish news stories, from files of the Aylien News API or live from it; without either, the sample that comes with millrace',
    )
    .argument('[files...]', 'stories of v5 or v6: JSON arrays, pages, or JSON Lines')
    .addHelpText('after', `\nExamples:\n${EXAMPLES.map((example) => `  ${example}`).join('\n')}`)
    .action(async (files: string[], flags: NewsFlags) => {
      const choice = readNewsFlags(files, flags);
      const context = await open({ isYes: flags.yes });
      const result = choice.kind === 'files' ? await seedFiles(context, choice) : await followFeed(context, choice);
      const style = await import('../report/style.js');
      context.report.result(result, () => describe(context, result, style));
      // Ctrl-C is the way to end --follow: its result stands, and its exit code still says that it was interrupted.
      if (choice.kind === 'live') context.signal.throwIfAborted();
    });

async function seedFiles(context: CommandContext, { files, options }: Extract<NewsChoice, { kind: 'files' }>) {
  const [{ seedNews }, { sampleNews }] = await Promise.all([
    import('../seed/seed-news.js'),
    import('../seed/samples.js'),
  ]);
  const source = files.length > 0 ? { paths: files, sourcePrefix: '' } : sampleNews();
  return seedNews(await toSeedContext(context), await context.readBrands(), { ...options, ...source });
}

async function followFeed(context: CommandContext, choice: Extract<NewsChoice, { kind: 'live' }>) {
  const [{ seedLive }, { openFeed }] = await Promise.all([
    import('../seed/run-endless.js'),
    import('../seed/live/open-feed.js'),
  ]);
  const brands = await context.readBrands();
  const credentials = await context.readNewsCredentials(choice.credentialsFile);
  const { api, query } = openFeed({ ...choice, brands, credentials, now: new Date(), report: context.report });
  return seedLive(await toSeedContext(context), { api, brands }, { ...choice.options, ...query });
}

function describe(
  context: CommandContext,
  result: SeedNewsReport | SeedLiveReport,
  { table, bar, count }: typeof import('../report/style.js'),
): string {
  const most = Math.max(1, ...Object.values(result.brands));
  const rows = Object.entries(result.brands).map(([brand, stories]) => [brand, bar(stories / most), count(stories)]);
  return [
    ...(rows.length > 0 ? [table(rows, [2]), ''] : []),
    ...describeSeed(result, count),
    ...('polls' in result ? [`  polls ${count(result.polls)}, pages ${count(result.pages)}`] : []),
    ...describeAfterSeed(result, nextOfNews(context, result.topic)),
  ].join('\n');
}

export function nextOfNews(context: Pick<CommandContext, 'told'>, topic: string): NextStep[] {
  return [
    {
      command: nextCommand(context, 'submit', 'windowed-news', ...inputOf(topic, 'news')),
      does: 'stories per brand, as a stream',
    },
    { command: nextCommand(context, 'topic', 'tail', topic, '-n', '5'), does: 'the newest of them' },
  ];
}
