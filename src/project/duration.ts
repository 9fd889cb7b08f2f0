import { UsageError } from '../errors.js';

const UNITS: ReadonlyArray<{ names: RegExp; ms: number; spark: string }> = [
  { names: /^(ms|millis|millisecond|milliseconds)$/, ms: 1, spark: 'millisecond' },
  { names: /^(s|sec|secs|second|seconds)$/, ms: 1_000, spark: 'second' },
  { names: /^(m|min|mins|minute|minutes)$/, ms: 60_000, spark: 'minute' },
  { names: /^(h|hour|hours)$/, ms: 3_600_000, spark: 'hour' },
  { names: /^(d|day|days)$/, ms: 86_400_000, spark: 'day' },
];

const EXAMPLES = 'Write for example 500ms, 10s, `10 seconds`, 2m or 1h.';

/**
 * A length of time in milliseconds, from the one grammar used everywhere: `500ms`, `10s`, `10 seconds`, `2m`.
 * @throws UsageError when the text is no length of time, or is not a whole number of milliseconds above zero
 */
export function parseDurationMs(text: string): number {
  const [, amount, word] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const unit = UNITS.find(({ names }) => word && names.test(word.toLowerCase()));
  if (!amount || !unit) throw new UsageError(`\`${text}\` is not a length of time`, EXAMPLES);
  const ms = Number((Number(amount) * unit.ms).toFixed(6));
  if (!Number.isSafeInteger(ms) || ms < 1) {
    throw new UsageError(`\`${text}\` is not a whole number of milliseconds above zero`, EXAMPLES);
  }
  return ms;
}

/** The same length as Spark writes an interval, in the largest unit without a rest: 90000 becomes `90 seconds`. */
export function toSparkInterval(ms: number): string {
  const unit = UNITS.findLast((candidate) => ms % candidate.ms === 0) ?? { ms: 1, spark: 'millisecond' };
  const count = ms / unit.ms;
  return `${count} ${unit.spark}${count === 1 ? '' : 's'}`;
}

/**
 * Records per second, from `200/s`, `200`, `12000/m`.
 * @throws UsageError
 */
export function parseRatePerSecond(text: string): number {
  const [, amount, word] = /^\s*(\d+(?:\.\d+)?)\s*(?:\/\s*([a-z]+))?\s*$/i.exec(text) ?? [];
  const unit = word === undefined ? UNITS[1] : UNITS.find(({ names }) => names.test(word.toLowerCase()));
  const perSecond = unit ? (Number(amount) * 1_000) / unit.ms : Number.NaN;
  if (!(perSecond > 0)) throw new UsageError(`\`${text}\` is not a rate`, 'Write for example 200/s, 200 or 12000/m.');
  return perSecond;
}

/**
 * How many times as fast as in the past a replay is to run, from `60x`, `0.5x`, `1x`.
 * @throws UsageError
 */
export function parseSpeed(text: string): number {
  const [, amount] = /^\s*(\d+(?:\.\d+)?)\s*x\s*$/i.exec(text) ?? [];
  const speed = Number(amount);
  if (!(speed > 0)) throw new UsageError(`\`${text}\` is not a speed`, 'Write for example 60x, 1x or 0.5x.');
  return speed;
}
