import { UsageError } from '../../errors.js';
import { parseDurationMs } from '../../project/duration.js';
import { excludeEachOther } from '../pace/pace.js';

const DEFAULT_POLL_MS = 60_000;
/** Stories have come up to three minutes late; ten minutes are on the safe side. */
const DEFAULT_OVERLAP_MS = 600_000;

/** Each of them chooses the live feed, also without `--live`. */
export const LIVE_OPTIONS = [
  { flag: '--live', description: 'read from the Aylien News API; each of the options below implies it' },
  { flag: '--follow', description: 'poll again and again, until Ctrl-C' },
  {
    flag: '--since <time>',
    description: 'how far back to go: ISO, or date math such as NOW-1DAY (where the last seed stopped, else NOW-1HOUR)',
  },
  { flag: '--until <time>', description: 'ask for stories up to this time (now)' },
  { flag: '--poll <time>', description: 'how often to poll (60s)' },
  {
    flag: '--overlap <time>',
    description: 'how long before the newest story a poll begins, for stories that come late (10m)',
  },
  { flag: '--brands <slugs>', description: 'brands to ask for, in English stories: audi,bmw (the nine makes)' },
  { flag: '--aql <query>', description: "ask for this instead of brands, in the API's query language" },
  { flag: '--api-url <base>', description: "the API's base address, such as http://127.0.0.1:8087/v6/news" },
  { flag: '--api-version <version>', description: 'v6 or v5 (v6)' },
  {
    flag: '--credentials <file>',
    description: 'file of mode 600 with the AYLIEN_… lines that the environment does not set',
  },
] as const;

interface LiveFlags {
  readonly follow?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly poll?: string;
  readonly overlap?: string;
  readonly brands?: string;
  readonly aql?: string;
  readonly apiUrl?: string;
  readonly apiVersion?: string;
  readonly credentials?: string;
}

type AnyFlags = Readonly<Record<string, unknown>>;

/** Options that the live feed does not take. */
const FILES_ONLY = ['--spread', '--speed', '--shift-to-now', '--append', '--replace', '--resume'];

/** Whether a flag chooses the live feed. */
export function asksForLive(flags: AnyFlags): boolean {
  return liveFlagsIn(flags).length > 0;
}

/** @throws UsageError for flags that contradict each other */
export function chooseLive(files: readonly string[], given: AnyFlags) {
  const [first = ''] = liveFlagsIn(given);
  const flags = given as LiveFlags;
  refuseContradictions(first, files, given);
  return {
    polling: {
      isFollowing: flags.follow ?? false,
      pollMs: flags.poll === undefined ? DEFAULT_POLL_MS : parseDurationMs(flags.poll),
      overlapMs: flags.overlap === undefined ? DEFAULT_OVERLAP_MS : parseDurationMs(flags.overlap),
    },
    feed: {
      since: flags.since,
      until: flags.until,
      slugs: flags.brands?.split(','),
      aql: flags.aql,
      version: readVersion(flags.apiVersion),
      baseUrl: flags.apiUrl,
    },
    credentialsFile: flags.credentials,
  };
}

function refuseContradictions(first: string, files: readonly string[], given: AnyFlags): void {
  const { follow, until, brands, aql, poll } = given as LiveFlags;
  if (files.length > 0) throw excludeEachOther(first, 'files');
  const other = FILES_ONLY.find((name) => given[attributeOf(name)] !== undefined);
  if (other) throw excludeEachOther(first, other);
  if (follow && until !== undefined) throw excludeEachOther('--follow', '--until');
  if (brands !== undefined && aql !== undefined) throw excludeEachOther('--brands', '--aql');
  if (poll !== undefined && !follow)
    throw new UsageError('--poll needs --follow', 'Add --follow, or leave --poll out: without it there is one poll.');
  if (aql?.trim() === '') throw new UsageError('--aql is empty', 'Write a query, or leave it out.');
}

function liveFlagsIn(flags: AnyFlags): string[] {
  const names = LIVE_OPTIONS.map(({ flag }) => flag.split(' ')[0] ?? '');
  return names.filter((name) => flags[attributeOf(name)] !== undefined);
}

/** As commander names it: `--api-url` is apiUrl. */
function attributeOf(name: string): string {
  return name.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function readVersion(text = 'v6'): 'v5' | 'v6' {
  if (text === 'v5' || text === 'v6') return text;
  throw new UsageError(`There is no version \`${text}\` of the news API`, 'There are: v6, v5.');
}
