import { UsageError } from '../../errors.js';

/** How fast records go out, and which event times they get. By default as fast as possible, and at their own times. */
export interface SeedPace {
  readonly ratePerSecond?: number | undefined;
  /** Gives the records event times spread evenly over this long before now. */
  readonly spreadMs?: number | undefined;
  /** Allows a spread to go back before the topic's newest event: only for a topic whose readers all start over. */
  readonly mayGoBehind?: boolean;
  /** Publishes in the order of the events, this many times as fast as they happened. */
  readonly speed?: number | undefined;
  /** Moves all times by the same amount, so that the newest event is now, or at the end of the replay. */
  readonly isShifted?: boolean | undefined;
}

/**
 * @param command `seed cars`
 * @throws UsageError for flags that contradict each other, and for flags that need event times where the items have none
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
      `${byTime} needs to know when things happened, which the rows of \`${command}\` do not say: they get their time when they are published`,
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
