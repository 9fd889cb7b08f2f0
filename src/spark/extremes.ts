/** The latest of the times that are known, milliseconds since 1970; null where none is. */
export function newestOf(times: readonly (number | null)[]): number | null {
  return reduceKnown(times, Math.max);
}

/** The earliest of the times that are known, milliseconds since 1970; null where none is. */
export function oldestOf(times: readonly (number | null)[]): number | null {
  return reduceKnown(times, Math.min);
}

// Not spread into Math.max: a long run has more batches than a call takes arguments.
function reduceKnown(times: readonly (number | null)[], choose: (a: number, b: number) => number): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : known.reduce((a, b) => choose(a, b));
}
