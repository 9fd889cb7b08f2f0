import { UsageError } from '../errors.js';
import { readInstant } from './instant.js';

const HINT =
  'Write for example 2026-11-23T22:00:00Z, 2026-11-23T22:00:00.250Z, NOW, NOW-1HOUR, NOW/DAY or NOW-7DAYS/DAY.';

const START = /^(?:NOW|(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?Z))/;
const STEPS = /^(?:[+-]\d{1,9}[A-Z]+|\/[A-Z]+)*$/;
const STEP = /([+-]\d+|\/)([A-Z]+)/g;

type Unit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

// MILLISECOND, MILLI and DATE come from Solr, from which the API has its date math. The API's own list of units lacks them.
const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries({
    year: ['YEAR', 'YEARS'],
    month: ['MONTH', 'MONTHS'],
    day: ['DAY', 'DAYS', 'DATE'],
    hour: ['HOUR', 'HOURS'],
    minute: ['MINUTE', 'MINUTES'],
    second: ['SECOND', 'SECONDS'],
    millisecond: ['MILLISECOND', 'MILLISECONDS', 'MILLI', 'MILLIS'],
  } satisfies Record<Unit, string[]>).flatMap(([unit, words]) => words.map((word) => [word, unit as Unit] as const)),
);

const LENGTH_MS = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000, millisecond: 1 } as const;

/**
 * The moment that a text in the API's date math stands for: an ISO time in UTC or `NOW`, then steps from left to right, which add
 * (`-7DAYS`, `+2MONTHS`) or round down (`/HOUR`). All is in UTC and to the millisecond, as in the API.
 * @throws UsageError if the text is no such time, or the result is outside the range of dates
 */
export function parseDateMath(text: string, now: Date): Date {
  const [start = '', iso] = START.exec(text) ?? [];
  const steps = text.slice(start.length);
  const moment = iso === undefined ? now.getTime() : readInstant(iso);
  if (start === '' || moment === null || !STEPS.test(steps)) throw notATime(text);
  const result = [...steps.matchAll(STEP)].reduce((at, [, sign = '', word = '']) => {
    const unit = UNITS.get(word);
    if (unit === undefined) throw notATime(text);
    return sign === '/' ? roundDown(at, unit) : add(at, Number(sign), unit);
  }, new Date(moment));
  if (Number.isNaN(result.getTime())) throw notATime(text);
  return result;
}

function roundDown(at: Date, unit: Unit): Date {
  if (unit === 'year' || unit === 'month')
    return startOfMonth(at.getUTCFullYear(), unit === 'year' ? 0 : at.getUTCMonth());
  const length = LENGTH_MS[unit];
  return new Date(Math.floor(at.getTime() / length) * length);
}

function add(at: Date, count: number, unit: Unit): Date {
  if (unit === 'year') return addMonths(at, 12 * count);
  if (unit === 'month') return addMonths(at, count);
  return new Date(at.getTime() + count * LENGTH_MS[unit]);
}

// A month after 31 January is the last day of February, not a day in March.
function addMonths(at: Date, months: number): Date {
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() + months];
  const lastDay = new Date(startOfMonth(year, month + 1).getTime() - LENGTH_MS.day).getUTCDate();
  const moved = startOfMonth(year, month);
  moved.setUTCDate(Math.min(at.getUTCDate(), lastDay));
  return new Date(moved.getTime() + (at.getTime() - roundDown(at, 'day').getTime()));
}

// Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
function startOfMonth(year: number, month: number): Date {
  const start = new Date(0);
  start.setUTCFullYear(year, month, 1);
  return start;
}

function notATime(text: string): UsageError {
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return new UsageError(`\`${shown}\` is not a time that the news API knows`, HINT);
}
