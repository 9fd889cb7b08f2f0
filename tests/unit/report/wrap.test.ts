import { wrap } from '../../../src/report/wrap.js';

describe('wrap', () => {
  test.each([
    ['breaks at blanks', 'one two three', 7, ['one two', 'three']],
    ['fills a line to its end', 'one two', 7, ['one two']],
    ['leaves a long word whole', 'a verylongword b', 4, ['a', 'verylongword', 'b']],
    ['gives one line for nothing', '', 9, ['']],
  ])('%s', (_, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});
