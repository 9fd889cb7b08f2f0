/** Random choices from a seed: the same seed gives the same sequence on every machine. */
export interface Chance {
  /** From 0 to 1, without 1 itself. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** @throws RangeError for an empty list */
  pick<T>(list: readonly T[]): T;
  /** True with this probability, 0 to 1. */
  happens(share: number): boolean;
  /** Normally distributed around 0, with a standard deviation of 1. */
  normal(): number;
  shuffle<T>(list: readonly T[]): T[];
}

/** mulberry32, because Math.random cannot be seeded. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick: (list) => pickFrom(list, int),
    happens: (share) => next() < share,
    // A sum of uniforms instead of Box-Muller: the last digit of Math.cos may differ between engines.
    normal: () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6),
    shuffle: (list) =>
      list
        .map((item) => [next(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item),
  };
}

function pickFrom<T>(list: readonly T[], int: Chance['int']): T {
  if (list.length === 0) throw new RangeError('There is nothing to pick from');
  return list[int(0, list.length - 1)] as T;
}
