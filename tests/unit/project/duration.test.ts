import { UsageError } from '../../../src/errors.js';
import { parseDurationMs, parseRatePerSecond, parseSpeed, toSparkInterval } from '../../../src/project/duration.js';

describe('parseDurationMs', () => {
  test.each([
    ['1ms', 1],
    ['500ms', 500],
    ['10s', 10_000],
    ['10 seconds', 10_000],
    ['1 second', 1_000],
    ['1.5s', 1_500],
    ['0.1 sec', 100],
    ['2m', 120_000],
    ['1.1m', 66_000],
    ['5 MINUTES', 300_000],
    ['1h', 3_600_000],
    ['  1 day  ', 86_400_000],
    ['0010s', 10_000],
  ])('reads %p as %d ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each([
    '',
    '10',
    's',
    'ten seconds',
    '5 parsecs',
    '-1s',
    '+1s',
    '1e3s',
    '1,5s',
    '1s 500ms',
    '10 s s',
    '.5s',
    '1. s',
    'NaNs',
    '10\u00a0µs',
  ])('does not take %p for a length of time', (text) => {
    expect(() => parseDurationMs(text)).toThrow(UsageError);
    expect(() => parseDurationMs(text)).toThrow(`\`${text}\` is not a length of time`);
  });

  test.each(['0s', '0ms', '0.5ms', '1.0001s', '0.0000001d', '999999999999999d'])('refuses %p', (text) => {
    expect(() => parseDurationMs(text)).toThrow('is not a whole number of milliseconds above zero');
  });
});

describe('toSparkInterval', () => {
  test.each([
    [1, '1 millisecond'],
    [999, '999 milliseconds'],
    [1_000, '1 second'],
    [1_500, '1500 milliseconds'],
    [60_000, '1 minute'],
    [90_000, '90 seconds'],
    [7_200_000, '2 hours'],
    [86_400_000, '1 day'],
    [90_000_000, '25 hours'],
  ])('spells %d ms as %s, and reads it back', (ms, text) => {
    expect(toSparkInterval(ms)).toBe(text);
    expect(parseDurationMs(text)).toBe(ms);
  });
});

describe('parseRatePerSecond', () => {
  test.each([
    ['200', 200],
    ['200/s', 200],
    ['200 / second', 200],
    ['12000/m', 200],
    ['0.5', 0.5],
    ['3600/h', 1],
    ['1/ms', 1_000],
  ])('reads %p as %d records per second', (text, rate) => {
    expect(parseRatePerSecond(text)).toBeCloseTo(rate, 9);
  });

  test.each(['', '0', '0/s', '-1', 'fast', '/s', '200/', '200/parsec', '200 s', '1e3', 'NaN', 'Infinity'])(
    'refuses %p',
    (text) => {
      expect(() => parseRatePerSecond(text)).toThrow(UsageError);
      expect(() => parseRatePerSecond(text)).toThrow(`\`${text}\` is not a rate`);
    },
  );
});

describe('parseSpeed', () => {
  test.each([
    ['60x', 60],
    ['1x', 1],
    ['0.5x', 0.5],
    [' 3600 X ', 3_600],
  ])('reads %p as %d times', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed);
  });

  test.each(['', 'x', '0x', '60', '-1x', 'fast', '1e3x', '60xx', '60 x x', 'Infinityx'])('refuses %p', (text) => {
    expect(() => parseSpeed(text)).toThrow(UsageError);
    expect(() => parseSpeed(text)).toThrow(`\`${text}\` is not a speed`);
  });
});
