import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import { parseDurationMs, parseRatePerSecond, parseSpeed } from '../project/duration.js';
import { checkPace, excludeEachOther } from '../seed/pace/pace.js';
import type { SeedChoice, SeedFlags, SeedKind } from '../seed/seed-kind.js';
import type { SeedOptions } from '../seed/seeding.js';
import { parseCount } from './parse-flags.js';

interface CommonFlags {
  readonly rate?: string;
  readonly spread?: string;
  readonly speed?: string;
  readonly shiftToNow?: boolean;
  readonly limit?: number;
  readonly topic?: string;
  readonly append?: boolean;
  readonly replace?: boolean;
  readonly resume?: boolean;
  readonly record?: string;
  readonly yes?: boolean;
}

/** The options that all seeds have, then those of this one. Where rows have no time, the help leaves out what goes by it. */
export function addSeedOptions(command: Command, { name, hasEventTime, options }: SeedKind): Command {
  const byTime = (flag: string, description: string) => new Option(flag, description).hideHelp(!hasEventTime);
  command
    .option('--rate <rate>', 'no faster than this: 200/s, 200, 12000/m (flat out)')
    .option('--spread <time>', 'give them times spread evenly over this long before now: 1h')
    .addOption(byTime('--speed <times>', 'replay files in the order of the events, 60x as fast as they happened'))
    .addOption(
      byTime('--shift-to-now', 'move all times so that the newest event of the files is now, or the end of the replay'),
    )
    .option('--limit <count>', 'stop after this many records', parseCount)
    .option('--topic <name>', `topic to publish to (${name})`)
    .option('--append', 'publish also what the topic already holds')
    .option('--replace', 'empty the topic first')
    .option('--resume', 'go on with a seed that was broken off: what the topic holds is left out')
    .option('--record <file>', 'keep what came in, behind what the file holds, to seed it again')
    .option('--yes', 'the answer to what it asks');
  for (const { flag, description } of options) command.option(flag, description);
  return command;
}

/**
 * What the flags ask for.
 * @throws UsageError for what contradicts itself
 */
export function readSeedFlags(
  kind: SeedKind,
  files: readonly string[],
  flags: object,
): { readonly options: SeedOptions; readonly choice: SeedChoice } {
  const choice = kind.choose(files, flags as SeedFlags);
  const { topic, limit, append, replace, resume, record, ...rest } = flags as CommonFlags;
  if (append && replace) throw new UsageError('--append and --replace exclude each other', 'Take one of them.');
  if (resume && (append || replace)) throw excludeEachOther('--resume', append ? '--append' : '--replace');
  const pace = readPace(rest, kind);
  return {
    choice,
    options: {
      topic: topic ?? kind.name,
      limit,
      pace,
      isAppending: append ?? resume ?? false,
      isReplacing: replace ?? false,
      isResuming: resume ?? false,
      recordPath: record,
    },
  };
}

function readPace({ rate, spread, speed, shiftToNow }: CommonFlags, { name, hasEventTime }: SeedKind) {
  const pace = {
    ratePerSecond: rate === undefined ? undefined : parseRatePerSecond(rate),
    spreadMs: spread === undefined ? undefined : parseDurationMs(spread),
    speed: speed === undefined ? undefined : parseSpeed(speed),
    isShifted: shiftToNow ?? false,
  };
  checkPace(pace, hasEventTime, `seed ${name}`);
  return pace;
}
