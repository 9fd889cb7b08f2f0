import { pollStart, withPolled, withStart } from '../../../../src/seed/live/polled.js';

const polled = { fromMs: 1_000, untilMs: 2_000 };

describe('pollStart', () => {
  const from = (sinceMs?: number, before?: typeof polled) =>
    pollStart(before, { sinceMs, defaultMs: 900, overlapMs: 100 });

  test.each([
    ['nothing is said, and nothing was polled', undefined, undefined, 900],
    ['nothing was polled', 500, undefined, 500],
    ['nothing is said', undefined, polled, 1_900],
    ['less is wanted than was polled: nothing may be left out', 2_500, polled, 1_900],
    ['as much is wanted as was polled', 1_000, polled, 1_900],
    ['more is wanted', 999, polled, 999],
    ['hardly anything was polled', undefined, { fromMs: 1_000, untilMs: 1_050 }, 1_000],
  ])('where %s', (_, sinceMs, before, expected) => {
    expect(from(sinceMs, before)).toBe(expected);
  });
});

describe('withStart', () => {
  test.each([
    ['the first poll', undefined, 500, { fromMs: 500, untilMs: 500 }],
    ['one that goes on', polled, 1_900, polled],
    ['one that goes further back', polled, 400, { fromMs: 400, untilMs: 400 }],
  ])('%s', (_, before, fromMs, expected) => {
    expect(withStart(before, fromMs)).toEqual(expected);
  });
});

describe('withPolled', () => {
  test.each([
    ['from nothing', undefined, 5, 9, { fromMs: 5, untilMs: 9 }],
    ['at the end', polled, 1_900, 2_500, { fromMs: 1_000, untilMs: 2_500 }],
    ['at the beginning', polled, 500, 1_000, { fromMs: 500, untilMs: 2_000 }],
    ['within', polled, 1_200, 1_300, polled],
    ['not by a slice that lies before', polled, 100, 999, polled],
    ['not by a slice that lies behind', polled, 2_001, 3_000, polled],
  ])('%s', (_, before, fromMs, untilMs, expected) => {
    expect(withPolled(before, fromMs, untilMs)).toEqual(expected);
  });
});
