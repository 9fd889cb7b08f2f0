import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import { parseDurationMs, parseRatePerSecond, parseSpeed } from '../project/duration.js';
import type { SeedOptions } from '../seed/engine/seeding.js';
import { checkPace, excludeEachOther } from '../seed/pace/pace.js';
import type { SeedChoice, SeedFlags, SeedKind } from '../seed/seed-kind.js';
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

/** The options of all seeds, then those of this kind. Where items have no time of their own, the help leaves out what needs one. */
export function addSeedOptions(command: Command, { name, hasEventTime, options }: SeedKind): Command {
  const byTime = (flag: string, description: string) => new Option(flag, description).hideHelp(!hasEventTime);
  command
    .option('--rate <rate>', 'no faster than this: 200/s, 200, 12000/m (flat out)')
    .option('--spread <time>', 'give records times spread evenly over this long before now: 1h')
    .addOption(byTime('--speed <times>', 'replay files in the order of the events, 60x as fast as they happened'))
    .addOption(
      byTime(
        '--shift-to-now',
        'move all times so that the newest event of the files is now; with --speed, at the end of the replay',
      ),
    )
    .option('--limit <count>', 'stop after this many records', parseCount)
    .option('--topic <name>', `topic to publish to (${name})`)
    .option('--append', 'publish files again that the topic holds already')
    .option('--replace', 'empty the topic first')
    .option('--resume', 'go on with a seed that was broken off: what the topic holds is left out')
    .option('--record <file>', 'append what came in to this file, so that it can be seeded again')
    .option('--yes', 'answer its question with yes');
  for (const { flag, description } of options) command.option(flag, description);
  return command;
}

/**
 * The flags as options of the seed and as the kind's own choice.
 * @throws UsageError for flags that contradict each other
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
