import { UsageError } from '../../../src/errors.js';
import { readQuirks } from '../../../src/news-emulator/quirks.js';

describe('readQuirks', () => {
  test('has a default for each', () => {
    expect(readQuirks([])).toEqual({
      end: 'same-cursor',
      rateHeaders: 'x-ratelimit',
      errorStatus: 'number',
      unknownParameters: 'ignore',
      list: 'or',
      entities: 'flat',
      publishedDatetime: 'mixed',
      tokenLifeMs: 3_600_000,
      defaultWindowMs: 14 * 86_400_000,
    });
  });

  test('takes the given values, the last of a name', () => {
    const quirks = readQuirks(['end=absent', 'end=star', 'token-life=90s', 'default-window=none', 'rate-headers=both']);
    expect(quirks).toMatchObject({ end: 'star', tokenLifeMs: 90_000, defaultWindowMs: null, rateHeaders: 'both' });
  });

  test.each([
    ['end', 'The quirk end cannot be ``'],
    ['end=never', 'The quirk end cannot be `never`'],
    ['ends=star', 'There is no quirk `ends`'],
    ['constructor=x', 'There is no quirk `constructor`'],
    ['=', 'There is no quirk ``'],
    ['token-life=', '`` is not a length of time'],
    ['token-life', '`` is not a length of time'],
    ['token-life=soon', '`soon` is not a length of time'],
    ['token-life=none', '`none` is not a length of time'],
  ])('refuses %p', (text, message) => {
    expect(() => readQuirks([text])).toThrow(UsageError);
    expect(() => readQuirks([text])).toThrow(message);
  });
});
