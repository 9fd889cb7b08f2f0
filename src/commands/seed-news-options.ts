import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import { parseDurationMs, parseSpeed } from '../project/duration.js';
import { addSeedOptions, readSeedFlags, type SeedFlags } from './seed-options.js';

const TOPIC = 'news';
const DEFAULT_POLL_MS = 60_000;
/** Stories were seen to come up to three minutes late; ten are on the safe side. */
const DEFAULT_OVERLAP_MS = 600_000;

export interface NewsFlags extends SeedFlags {
  readonly speed?: string;
  readonly shiftToNow?: boolean;
  readonly resume?: boolean;
  readonly record?: string;
  readonly live?: boolean;
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

/** Each of them means the live feed, also without `--live`. */
const LIVE = {
  live: '--live',
  follow: '--follow',
  since: '--since',
  until: '--until',
  poll: '--poll',
  overlap: '--overlap',
  brands: '--brands',
  aql: '--aql',
  apiUrl: '--api-url',
  apiVersion: '--api-version',
  credentials: '--credentials',
} as const satisfies Partial<Record<keyof NewsFlags, string>>;

/** What the live feed has no use for. */
const FILES_ONLY = {
  speed: '--speed',
  shiftToNow: '--shift-to-now',
  append: '--append',
  replace: '--replace',
  resume: '--resume',
} as const satisfies Partial<Record<keyof NewsFlags, string>>;

export function addNewsOptions(command: Command): Command {
  return addSeedOptions(command, TOPIC)
    .option('--resume', 'go on with files whose seed was broken off: what the topic holds is left out')
    .option('--record <file>', 'keep what came in, one story per line, behind what the file holds')
    .option('--speed <times>', 'replay files in the order of their events, 60x as fast as they happened')
    .option('--shift-to-now', 'move all times so that the newest event of the files is now, or the end of the replay')
    .option('--live', 'from the Aylien News API; the options below mean it too')
    .option('--follow', 'poll again and again, until Ctrl-C')
    .option('--since <time>', 'how far back to go: ISO, or date math such as NOW-1DAY (NOW-1HOUR, or where it stopped)')
    .option('--until <time>', 'end there instead of at the present')
    .option('--poll <time>', 'how often to poll (60s)')
    .option('--overlap <time>', 'how far a poll reaches back behind the newest story, for those that come late (10m)')
    .option('--brands <slugs>', 'brands to ask for, in English stories: audi,bmw (the nine makes)')
    .option('--aql <query>', "what to ask for instead, in the API's query language")
    .option('--api-url <base>', "the API's base address, such as http://127.0.0.1:8087/v6/news")
    .option('--api-version <version>', 'v6 or v5 (v6)')
    .option('--credentials <file>', 'AYLIEN_… lines for what the environment does not set; mode 600');
}

export type NewsChoice = ReturnType<typeof readFileFlags> | ReturnType<typeof readLiveFlags>;

/**
 * What the flags ask for: files, or the live feed.
 * @throws UsageError for what contradicts itself
 */
export function readNewsFlags(files: readonly string[], flags: NewsFlags): NewsChoice {
  const live = named(LIVE, flags);
  return live.length === 0 ? readFileFlags(files, flags) : readLiveFlags(files, flags, live);
}

function readFileFlags(files: readonly string[], flags: NewsFlags) {
  if (flags.speed !== undefined && flags.rate !== undefined) throw excluded('--speed', '--rate');
  const options = readSeedFlags(flags, TOPIC);
  const [other] = named({ append: '--append', replace: '--replace' }, flags);
  if (flags.resume && other) throw excluded('--resume', other);
  return {
    kind: 'files',
    files,
    options: {
      ...options,
      isAppending: options.isAppending || (flags.resume ?? false),
      isResuming: flags.resume ?? false,
      speed: flags.speed === undefined ? undefined : parseSpeed(flags.speed),
      isShifted: flags.shiftToNow ?? false,
      recordPath: flags.record,
    },
  } as const;
}

function readLiveFlags(files: readonly string[], flags: NewsFlags, live: readonly string[]) {
  const [first = ''] = live;
  if (files.length > 0) throw excluded(first, 'files');
  const [other] = named(FILES_ONLY, flags);
  if (other) throw excluded(first, other);
  if (flags.follow && flags.until !== undefined) throw excluded('--follow', '--until');
  if (flags.brands !== undefined && flags.aql !== undefined) throw excluded('--brands', '--aql');
  if (flags.poll !== undefined && !flags.follow)
    throw new UsageError('--poll needs --follow', 'Add --follow, or leave --poll out: without it there is one poll.');
  if (flags.aql?.trim() === '') throw new UsageError('--aql is empty', 'Write a query, or leave it out.');
  const { topic, limit, ratePerSecond } = readSeedFlags(flags, TOPIC);
  return {
    kind: 'live',
    options: {
      topic,
      limit,
      ratePerSecond,
      isFollowing: flags.follow ?? false,
      pollMs: flags.poll === undefined ? DEFAULT_POLL_MS : parseDurationMs(flags.poll),
      overlapMs: flags.overlap === undefined ? DEFAULT_OVERLAP_MS : parseDurationMs(flags.overlap),
      recordPath: flags.record,
    },
    since: flags.since,
    until: flags.until,
    slugs: flags.brands?.split(','),
    aql: flags.aql,
    version: readVersion(flags.apiVersion),
    baseUrl: flags.apiUrl,
    credentialsFile: flags.credentials,
  } as const;
}

function named(options: Partial<Record<keyof NewsFlags, string>>, flags: NewsFlags): string[] {
  const given = Object.entries(options).filter(([key]) => flags[key as keyof NewsFlags] !== undefined);
  return given.map(([, name]) => name);
}

function readVersion(text = 'v6'): 'v5' | 'v6' {
  if (text === 'v5' || text === 'v6') return text;
  throw new UsageError(`There is no version \`${text}\` of the news API`, 'There are: v6, v5.');
}

function excluded(one: string, other: string): UsageError {
  return new UsageError(`${one} and ${other} exclude each other`, 'Leave one of them out.');
}
