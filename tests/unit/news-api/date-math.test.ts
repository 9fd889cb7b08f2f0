import { UsageError } from '../../../src/errors.js';
import { parseDateMath } from '../../../src/news-api/date-math.js';

const now = new Date('2024-03-31T17:45:30.123Z');

describe('parseDateMath', () => {
  test.each([
    ['NOW', '2024-03-31T17:45:30.123Z'],
    ['2026-11-23T22:00:00Z', '2026-11-23T22:00:00.000Z'],
    ['2026-11-23T22:00:00.7Z', '2026-11-23T22:00:00.700Z'],
    ['2026-11-23T22:00:00.250Z', '2026-11-23T22:00:00.250Z'],
    ['2026-11-23T22:00:00.2509999Z', '2026-11-23T22:00:00.250Z'],
    ['NOW-1HOUR', '2024-03-31T16:45:30.123Z'],
    ['NOW-6MINUTES', '2024-03-31T17:39:30.123Z'],
    ['NOW+90SECONDS', '2024-03-31T17:47:00.123Z'],
    ['NOW-123MILLIS', '2024-03-31T17:45:30.000Z'],
    ['NOW+1MILLI', '2024-03-31T17:45:30.124Z'],
    ['NOW-1MILLISECOND', '2024-03-31T17:45:30.122Z'],
    ['NOW-2MILLISECONDS', '2024-03-31T17:45:30.121Z'],
    ['NOW-7DAYS', '2024-03-24T17:45:30.123Z'],
    ['NOW/DAY', '2024-03-31T00:00:00.000Z'],
    ['NOW/DATE', '2024-03-31T00:00:00.000Z'],
    ['NOW/DAYS', '2024-03-31T00:00:00.000Z'],
    ['NOW/HOUR', '2024-03-31T17:00:00.000Z'],
    ['NOW/MINUTE', '2024-03-31T17:45:00.000Z'],
    ['NOW/SECOND', '2024-03-31T17:45:30.000Z'],
    ['NOW/MILLI', '2024-03-31T17:45:30.123Z'],
    ['NOW/MONTH', '2024-03-01T00:00:00.000Z'],
    ['NOW/YEAR', '2024-01-01T00:00:00.000Z'],
    ['NOW-7DAYS/DAY', '2024-03-24T00:00:00.000Z'],
    ['NOW-1DAY/HOUR', '2024-03-30T17:00:00.000Z'],
    ['NOW/DAY+6MONTHS-3DAYS', '2024-09-27T00:00:00.000Z'],
    ['NOW/DAY-1SECOND/HOUR', '2024-03-30T23:00:00.000Z'],
    ['2026-11-23T22:15:00Z-1DAY/HOUR', '2026-11-22T22:00:00.000Z'],
    ['NOW-1MONTH', '2024-02-29T17:45:30.123Z'],
    ['NOW-13MONTHS', '2023-02-28T17:45:30.123Z'],
    ['NOW+2MONTHS', '2024-05-31T17:45:30.123Z'],
    ['2024-02-29T12:00:00Z+1YEAR', '2025-02-28T12:00:00.000Z'],
    ['1969-12-31T23:59:59.900Z/HOUR', '1969-12-31T23:00:00.000Z'],
    ['0050-06-15T00:00:00Z/YEAR', '0050-01-01T00:00:00.000Z'],
  ])('%s', (text, moment) => {
    expect(parseDateMath(text, now).toISOString()).toBe(moment);
  });

  test.each([
    '',
    ' NOW',
    'NOW ',
    'now',
    'NOW-1',
    'NOW-HOUR',
    'NOW-1.5HOURS',
    'NOW-1HOURX',
    'NOW-1WEEK',
    'NOW/',
    'NOW/WEEK',
    'NOW - 1HOUR',
    'NOW-1hour',
    'NOWNOW',
    'yesterday',
    '1795532887743',
    '2026-11-23',
    '2026-11-23T22:00:00',
    '2026-11-23T22:00:00+01:00',
    '2026-11-23 22:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T22:60:00Z',
    'NOW+999999999YEARS',
    'NOW+9999999999999999999DAYS',
    '[NOW-14DAYS/HOUR TO NOW/HOUR]',
  ])('refuses `%s`', (text) => {
    expect(() => parseDateMath(text, now)).toThrow(UsageError);
  });

  test('quotes a long text in short', () => {
    expect(() => parseDateMath('x'.repeat(10_000), now)).toThrow(/^`x{59}…` is not a time/);
  });
});
