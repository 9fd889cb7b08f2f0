import type { Seeding } from './engine/seeding.js';
import { asksForLive, chooseLive, LIVE_OPTIONS } from './live/live-flags.js';
import {
  commonJson,
  filesOrSample,
  inputSetting,
  type SeedChoice,
  type SeedFlags,
  type SeedKind,
  type SeedParts,
} from './seed-kind.js';

const LATE = { many: 'stories', reader: 'windowed-news' };
/** The first helps where the topic has newer stories already, the second where files have newer stories before older ones. */
const LATE_IN_FILES = '--shift-to-now makes them new, and --speed publishes stories in the order of their events';
const LATE_IN_FEED = 'a longer watermark (`--set watermark=…`) keeps them';

/** `seed news`: stories of files, or of the news API, as `news-story/1` records. */
export const seedNews: SeedKind = {
  name: 'news',
  description:
    'publish news stories of the Aylien News API, from files or live; by default the sample that comes with millrace',
  argument: 'stories of v5 or v6: JSON arrays, pages, or JSON Lines',
  options: LIVE_OPTIONS,
  examples: [
    'millrace seed news',
    'millrace seed news stories.json --rate 5/s',
    'millrace seed news stories.ndjson --speed 60x --shift-to-now',
    'millrace seed news --live --brands audi,bmw --follow --record stories.ndjson',
  ],
  hasEventTime: true,
  credentials: ['AYLIEN_APP_ID', 'AYLIEN_API_KEY', 'AYLIEN_USERNAME', 'AYLIEN_PASSWORD'],
  choose: (files, flags) =>
    asksForLive(flags) ? chooseFeed(files, flags) : { open: (parts) => openFiles(files, parts) },
  next: (topic) => [
    { words: ['submit', 'windowed-news', ...inputSetting(topic, 'news')], does: 'stories per brand, as a stream' },
    { words: ['topic', 'tail', topic, '-n', '5'], does: 'the newest of them' },
  ],
  toJson: (report) => ({ ...commonJson(report), ...report.facts, brands: report.groups }),
};

async function openFiles(files: readonly string[], { report, readBrands }: SeedParts): Promise<Seeding> {
  const [{ openStoryFiles }, { StoryMapping }] = await Promise.all([
    import('./source/story-files.js'),
    import('./mapping/news/story-mapping.js'),
  ]);
  const mapping = new StoryMapping(await readBrands());
  const source = await openStoryFiles({ ...filesOrSample(files, 'news-sample.json'), report });
  return { source, mapping, words: { one: 'story', late: { ...LATE, remedy: LATE_IN_FILES } } };
}

/** Appends always: the feed itself leaves out the stories that the topic holds, so its name in the ledger must not refuse it. */
function chooseFeed(files: readonly string[], flags: SeedFlags): SeedChoice {
  const choice = chooseLive(files, flags);
  return {
    options: { isAppending: true },
    async open({ report, readBrands, environment }) {
      const [{ openFeed }, { LiveSource }, { StoryMapping }, { readCredentials }, { systemClock }] = await Promise.all([
        import('./live/open-feed.js'),
        import('./live/live-source.js'),
        import('./mapping/news/story-mapping.js'),
        import('./aylien/credentials.js'),
        import('./pace/system-clock.js'),
      ]);
      const brands = await readBrands();
      const credentials = await readCredentials(environment, choice.credentialsFile);
      const { api, query } = openFeed({ ...choice.feed, brands, credentials, now: new Date(), report });
      const source = new LiveSource({ ...query, ...choice.polling }, { api, report, clock: systemClock });
      const mapping = new StoryMapping(brands, query.queryName);
      return { source, mapping, words: { one: 'story', late: { ...LATE, remedy: LATE_IN_FEED } } };
    },
  };
}
