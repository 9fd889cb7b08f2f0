import { UsageError } from '../../errors.js';

/** How fast records go out, and when they happen; without any of it, flat out and as they are. */
export interface SeedPace {
  readonly ratePerSecond?: number | undefined;
  /** Gives the records times spread evenly over so long before now. */
  readonly spreadMs?: number | undefined;
  /** Spreads them behind the topic's newest event, too: only for a topic whose readers all begin again. */
  readonly mayGoBehind?: boolean;
  /** Publishes in the order of the events, so many times faster than they happened. */
  readonly speed?: number | undefined;
  /** Moves all times by the same amount, so that the newest event is now, or at the end of the replay. */
  readonly isShifted?: boolean | undefined;
}

/**
 * @param command `seed cars`
 * @throws UsageError for what contradicts itself, and for what goes by times that the items do not have
 */
export function checkPace(pace: SeedPace, hasEventTime: boolean, command: string): void {
  const given = [
    ...(pace.speed === undefined ? [] : ['--speed']),
    ...(pace.isShifted ? ['--shift-to-now'] : []),
    ...(pace.spreadMs === undefined ? [] : ['--spread']),
    ...(pace.ratePerSecond === undefined ? [] : ['--rate']),
  ];
  const [byTime] = given.filter((flag) => flag === '--speed' || flag === '--shift-to-now');
  if (byTime && !hasEventTime)
    throw new UsageError(
      `${byTime} goes by when things happened, which the rows of \`${command}\` do not say: they get their time when they are published`,
      'Take `--rate 200/s` for the pace, or `--spread 1h` for times before now.',
    );
  for (const [one, other] of [
    ['--speed', '--rate'],
    ['--speed', '--spread'],
    ['--shift-to-now', '--spread'],
  ] as const)
    if (given.includes(one) && given.includes(other)) throw excludeEachOther(one, other);
}

export function excludeEachOther(one: string, other: string): UsageError {
  return new UsageError(`${one} and ${other} exclude each other`, 'Leave one of them out.');
}
