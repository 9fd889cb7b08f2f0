import { bar, count, plain, seconds, table } from '../../../src/report/style.js';

describe('table', () => {
  test('aligns columns, numbers to the right, and leaves no blanks at the end', () => {
    const rows = [
      ['topic', 'records', 'note'],
      ['cars', '99,187', ''],
      ['windowed-news', '7', 'new'],
    ];
    expect(table(rows, [1])).toBe(
      ['  topic          records  note', '  cars            99,187', '  windowed-news        7  new'].join('\n'),
    );
  });

  test('takes rows of different lengths, and none', () => {
    expect(table([['a'], ['bb', 'c']])).toBe('  a\n  bb  c');
    expect(table([])).toBe('');
  });
});

describe('plain', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', '\ufffd[31mred\ufffd[0m'],
    ['\u001b]0;title\u0007', '\ufffd]0;title\ufffd'],
    ['a\rb\bc\u0000\u007f', 'a\ufffdb\ufffdc\ufffd\ufffd'],
    ['\u009b2J', '\ufffd2J'],
    ['tab\tand\nline, Škoda £ 🚗', 'tab\tand\nline, Škoda £ 🚗'],
  ])('shows %j as %j', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });
});

describe('bar', () => {
  test.each([
    [0, ''],
    [0.5, '█████'],
    [1, '██████████'],
    [7, '██████████'],
    [-1, ''],
  ])('draws %d of ten as %p', (share, drawn) => {
    expect(bar(share, 10)).toBe(drawn);
  });
});

describe('figures', () => {
  test.each([
    [0, '0'],
    [99_187, '99,187'],
  ])('writes %d as %s', (value, text) => {
    expect(count(value)).toBe(text);
  });

  test.each([
    [0, '0.0 s'],
    [1_250, '1.3 s'],
    [60_000, '1 m 0 s'],
    [119_700, '2 m 0 s'],
    [342_400, '5 m 42 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(seconds(ms)).toBe(text);
  });
});
