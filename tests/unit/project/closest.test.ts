import { closest } from '../../../src/project/closest.js';

describe('closest', () => {
  test.each([
    ['a letter is wrong', 'widnowed-news', ['windowed-news', 'windowed-cars'], ['windowed-news']],
    ['it is part of a name', 'news', ['windowed-news', 'windowed-cars'], ['windowed-news']],
    ['the case differs', 'AUDI', ['audi', 'bmw'], ['audi']],
    ['it is short', 'bmv', ['bmw', 'vw'], ['bmw']],
    ['nothing is near', 'tesla', ['audi', 'bmw'], []],
    ['a name is there twice', 'forf', ['ford', 'ford'], ['ford']],
  ])('finds what was meant where %s', (_, word, candidates, found) => {
    expect(closest(word, candidates)).toEqual(found);
  });

  test('names three at most, the closest first', () => {
    expect(closest('abcdef', ['abcdxy', 'abcdef1', 'abcdxf', 'abcxef', 'abcdefg'])).toEqual([
      'abcdef1',
      'abcdefg',
      'abcdxf',
    ]);
  });
});
