import { UsageError } from '../../../src/errors.js';
import { type LiteralKind, type LiteralValue, toPythonLiteral } from '../../../src/jobs/python-literal.js';
import { askPython } from './python.js';

/** Every character that means something to Python, to Handlebars or to a terminal, and some that only look harmless. */
const CHARACTERS = [
  ...`abcXYZ019 '"\\{}$#%()=;:,.`,
  ...'\n\r\t\v\f\b\u0001\u0007\u001b\u001f\u007f\u0080\u0085\u009f\u00a0',
  ...'é£Šß中\u200b\u202e\u2028\u2029\ufeff\ufffd\uffff🚗𝄞\u{10ffff}',
];

/** The same pseudo-random numbers on every run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomTexts(count: number): string[] {
  const random = makeRandom(20);
  const pick = () => CHARACTERS[Math.floor(random() * CHARACTERS.length)] ?? '';
  return Array.from({ length: count }, () => Array.from({ length: Math.floor(random() * 24) }, pick).join(''));
}

describe('toPythonLiteral', () => {
  test.each<[LiteralValue, LiteralKind, string]>([
    [null, 'string', 'None'],
    [null, 'integer', 'None'],
    [true, 'boolean', 'True'],
    [false, 'boolean', 'False'],
    [0, 'integer', '0'],
    [-12, 'integer', '-12'],
    [Number.MAX_SAFE_INTEGER, 'integer', '9007199254740991'],
    [0, 'float', '0.0'],
    [-3, 'float', '-3.0'],
    [0.1, 'float', '0.1'],
    [1e21, 'float', '1e+21'],
    [5e-324, 'float', '5e-324'],
    [Number.POSITIVE_INFINITY, 'float', 'float("inf")'],
    [Number.NEGATIVE_INFINITY, 'float', 'float("-inf")'],
    [Number.NaN, 'float', 'float("nan")'],
    ['', 'string', '""'],
    ['12', 'string', '"12"'],
    ['10 seconds', 'string', '"10 seconds"'],
    [`it's`, 'string', `"it's"`],
    ['"', 'string', '"\\""'],
    ['"""', 'string', '"\\"\\"\\""'],
    ['a\\', 'string', '"a\\\\"'],
    ['\\n', 'string', '"\\\\n"'],
    ['a\r\n\tb', 'string', '"a\\r\\n\\tb"'],
    ['\u0007\u007f', 'string', '"\\u0007\\u007f"'],
    ['£', 'string', '"\\u00a3"'],
    ['\u2028', 'string', '"\\u2028"'],
    ['🚗', 'string', '"\\U0001f697"'],
    ['{{py x}} $(id) `id` %s', 'string', '"{{py x}} $(id) `id` %s"'],
  ])('spells %p as %s: %s', (value, kind, literal) => {
    expect(toPythonLiteral(value, kind)).toBe(literal);
  });

  test.each([
    ['NUL', 'a\0b', /NUL/],
    ['a high surrogate alone', '\ud83d', /surrogate/],
    ['a low surrogate alone', 'x\ude97y', /surrogate/],
    ['surrogates in the wrong order', '\ude97\ud83d', /surrogate/],
  ])('refuses %s', (_, text, reason) => {
    expect(() => toPythonLiteral(text, 'string')).toThrow(UsageError);
    expect(() => toPythonLiteral(text, 'string')).toThrow(reason);
  });

  test.each([0.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p as an integer', (value) => {
    expect(() => toPythonLiteral(value, 'integer')).toThrow(UsageError);
  });

  test('refuses a slot without a value', () => {
    expect(() => toPythonLiteral(undefined, 'string')).toThrow('no value');
  });

  test('Python reads back exactly the text, whatever it holds', () => {
    const texts = [...CHARACTERS, ...randomTexts(4_000)];
    const pairs = texts.map((text) => [toPythonLiteral(text, 'string'), text]);
    const script = 'output = [literal for literal, text in input if ast.literal_eval(literal) != text]';
    expect(askPython(script, pairs)).toEqual([]);
    expect(pairs.filter(([literal]) => !/^"[\x20-\x7e]*"$/.test(literal ?? ''))).toEqual([]);
  });

  test('Python reads back exactly the number', () => {
    const random = makeRandom(4);
    const numbers = [
      0.1,
      1 / 3,
      1e21,
      5e-324,
      Number.MAX_VALUE,
      ...Array.from({ length: 500 }, () => (random() - 0.5) * 10 ** (random() * 40)),
    ];
    const pairs = numbers.map((number) => [toPythonLiteral(number, 'float'), number]);
    const script = 'output = [literal for literal, number in input if ast.literal_eval(literal) != float(number)]';
    expect(askPython(script, pairs)).toEqual([]);
  });
});
