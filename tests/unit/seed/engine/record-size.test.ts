import { bytesOf, findOversize } from '../../../../src/seed/engine/record-size.js';

describe('bytesOf', () => {
  test('counts the bytes of key and value in UTF-8', () => {
    expect(bytesOf({ key: 'k', value: 'Škoda 🚗' })).toBe(1 + 11);
  });
});

describe('findOversize', () => {
  test.each([
    ['letters', 'a', 999_999],
    ['letters of three bytes', '\u8eca', 333_333],
  ])('lets a record of 1,000,000 bytes pass, in %s', (_, letter, count) => {
    const value = letter.repeat(count);
    expect(findOversize({ key: 'k', value })).toBeUndefined();
    expect(findOversize({ key: 'kk', value })).toBe(
      'the record has 1,000,001 bytes, and the broker takes 1,000,000 at most',
    );
  });
});
