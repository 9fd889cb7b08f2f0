import { z } from 'zod';
import { UsageError } from '../errors.js';
import { parseDurationMs } from '../project/duration.js';
import type { LiteralValue } from './python-literal.js';

const literal = z.union([z.string(), z.number(), z.boolean()]);

/** `set`: the parameter has a value. `given`: the user has given it that value, even if it is the default. */
const test = z.union([
  z.enum(['set', 'given']),
  z.strictObject({ is: literal }),
  z.strictObject({ isNot: literal }),
  /** More than another parameter, or than `times` that much. */
  z.strictObject({ above: z.string(), times: z.number().positive().optional() }),
]);

/** Settings that do not go together: refused where all tests of `when` are true. Said before a script is rendered, not later by Spark. */
export const refusalSchema = z.strictObject({
  when: z.record(z.string(), test).refine((tests) => Object.keys(tests).length > 0, 'names no parameter'),
  why: z.string(),
  instead: z.string(),
});

export type JobRefusal = z.infer<typeof refusalSchema>;
type Test = z.infer<typeof test>;

/** A refusal may also test the trigger, which is `available-now` or an interval. */
export const TRIGGER = 'trigger';

export interface Settings {
  /** All parameters and the trigger, with their defaults where the user gave no value. */
  readonly values: Readonly<Record<string, LiteralValue>>;
  /** The names of those that the user gave a value. */
  readonly given: ReadonlySet<string>;
}

/** @throws UsageError with the reason of every refusal that applies */
export function refuseUnfit(
  { name, refuse }: { readonly name: string; readonly refuse: readonly JobRefusal[] },
  settings: Settings,
): void {
  const held = refuse.filter(({ when }) => Object.entries(when).every(([of, test]) => holds(test, of, settings)));
  if (held.length === 0) return;
  const reasons = held.map(({ when, why }) => `${factsOf(when, settings)}: ${why}`);
  const hints = new Set(held.map(({ instead }) => instead));
  throw new UsageError(`The job ${name} does not run with ${reasons.join('; nor with ')}`, [...hints].join(' '));
}

function holds(test: Test, name: string, { values, given }: Settings): boolean {
  const value = values[name] ?? null;
  if (test === 'given') return value !== null && given.has(name);
  if (test === 'set') return value !== null;
  if ('is' in test) return String(value) === String(test.is);
  if ('isNot' in test) return String(value) !== String(test.isNot);
  const other = values[test.above] ?? null;
  return value !== null && other !== null && sizeOf(value) > (test.times ?? 1) * sizeOf(other);
}

/** A number, or a length of time in milliseconds. */
function sizeOf(value: LiteralValue): number {
  return typeof value === 'string' ? parseDurationMs(value) : Number(value);
}

/** `slide=2 days, window=1 day` */
function factsOf(when: JobRefusal['when'], { values }: Settings): string {
  const names = Object.entries(when).flatMap(([name, test]) =>
    typeof test === 'object' && 'above' in test ? [name, test.above] : [name],
  );
  return names.map((name) => `${name}=${values[name] ?? 'none'}`).join(', ');
}
