import { readFileSync } from 'node:fs';
import { UsageError } from '../../../../src/errors.js';
import { parseBrands } from '../../../../src/seed/brands/brands.js';
import { chooseBrands } from '../../../../src/seed/brands/choose-brands.js';

const shipped = readFileSync('data/brands.yaml', 'utf8');
const brands = parseBrands(shipped);

const mistakesOf = (yamlText: string, own?: string): string => {
  try {
    parseBrands(yamlText, own);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  return 'no mistake';
};

describe('parseBrands', () => {
  test('knows the nine makes and tesla', () => {
    const slugs = brands.all.map(({ slug }) => slug).sort();
    const makes = ['audi', 'bmw', 'ford', 'hyundai', 'mercedes', 'skoda', 'tesla', 'toyota', 'vauxhall', 'vw'];
    expect(slugs).toEqual(makes);
  });

  test('finds a brand by its Wikidata id', () => {
    expect(brands.ofWikidata('Q246')?.slug).toBe('vw');
    expect(brands.ofWikidata('Q9036')).toBeUndefined();
  });

  test('refuses text that is not YAML', () => {
    expect(mistakesOf('audi: [')).toBe('brands.yaml is not valid YAML');
  });

  test('reports every mistake at once', () => {
    const message = mistakesOf('Audi: {}\nbmw: {name: BMW, wikidata: 26, surfaceForms: [], files: [], colour: blue}');
    expect(message).toContain('Audi is not a slug');
    for (const path of ['bmw.wikidata', 'bmw.surfaceForms', 'colour']) expect(message).toContain(path);
  });

  test('keeps the name "other" for stories about no brand', () => {
    expect(mistakesOf('other: {name: O, wikidata: Q1, surfaceForms: [O], files: []}')).toContain('other is not a slug');
  });

  test('refuses an id or a file that two brands claim', () => {
    const twice = '{name: A, wikidata: Q1, surfaceForms: [A], files: [shared]}';
    const message = mistakesOf(`a: ${twice}\nb: ${twice}`);
    expect(message).toContain('wikidata Q1 is claimed twice; file shared is claimed twice');
  });

  test.each(['', '- audi', '42'])('refuses %j, which is no map of brands', (text) => {
    expect(mistakesOf(text)).toContain('brands.yaml cannot be used');
  });
});

describe('makeOfFile', () => {
  test.each([
    ['audi', 'audi'],
    ['hyundi', 'hyundai'],
    ['merc', 'mercedes'],
    ['cclass', 'mercedes'],
    ['focus', 'ford'],
    ['unclean focus', 'ford'],
    ['AUDI', 'audi'],
    ['Škoda', 'skoda'],
  ])('maps the file %s to the make %s', (stem, make) => {
    expect(brands.makeOfFile(stem)).toBe(make);
  });

  test.each([
    ['My Cars (2)', 'my-cars-2'],
    ['kia', 'kia'],
    ['車', 'unknown'],
    ['constructor', 'constructor'],
  ])('makes a slug of the unknown stem %s', (stem, make) => {
    expect(brands.makeOfFile(stem)).toBe(make);
  });
});

describe('namedIn', () => {
  test.each([
    ['skoda', 'Neue Škoda-Modelle', true],
    ['skoda', 'Neue S\u030Ckoda-Modelle', true],
    ['skoda', 'Škodas', false],
    ['skoda', 'a used skoda', true],
    ['vw', "VW's plan", true],
    ['vw', 'a few mvw', false],
    ['vw', 'vw', false],
    ['bmw', 'bmw', false],
    ['ford', 'to ford a river', false],
    ['ford', 'Fordham and Stratford', false],
    ['ford', 'FORD dealers', true],
    ['audi', 'Saudi buyers', false],
    ['mercedes', 'the Mercedes-Benz stand', true],
    ['tesla', '$TSLA rises', true],
    ['toyota', 'ÉToyota', false],
  ])('%s, asked about "%s": %s', (slug, text, isNamed) => {
    expect(brands.namedIn(text).has(slug)).toBe(isNamed);
  });

  test('finds all of them, also where one name begins within another', () => {
    const entry = (id: number, ...forms: string[]) =>
      `{name: N, wikidata: Q${id}, surfaceForms: [${forms.join(', ')}], files: []}`;
    const own = `car: ${entry(1, 'Benz')}\nvan: ${entry(2, 'Mercedes')}\nboth: ${entry(3, 'Mercedes-Benz')}\ndot: ${entry(4, 'a.b')}`;
    const found = (text: string) => [...parseBrands(own).namedIn(text)].sort();
    expect(found('One Mercedes-Benz')).toEqual(['both', 'car', 'van']);
    expect(found('Mercedes, Benzine, \u{1F697} a.b and aXb')).toEqual(['dot', 'van']);
    expect(found('')).toEqual([]);
    expect(brands.namedIn('Audi, BMW and Audi')).toEqual(new Set(['audi', 'bmw']));
  });
});

describe("a project's own brands.yaml", () => {
  const seat = 'seat: {name: SEAT, wikidata: Q188217, surfaceForms: [SEAT]}';
  const parse = (own: string) => parseBrands(shipped, own);

  test('adds brands to the shipped ones', () => {
    const { all, namedIn, makeOfFile } = parse(seat);
    expect(all).toHaveLength(brands.all.length + 1);
    expect(namedIn('SEAT and Audi')).toEqual(new Set(['seat', 'audi']));
    expect(makeOfFile('SEAT')).toBe('seat');
  });

  test('takes the place of a shipped entry as a whole', () => {
    const { all, namedIn } = parse('vw: {name: VW, wikidata: Q246, surfaceForms: [Veedub]}');
    expect(all).toHaveLength(brands.all.length);
    expect(namedIn('a Volkswagen and a veedub')).toEqual(new Set(['vw']));
    expect(namedIn('a Volkswagen')).toEqual(new Set());
  });

  test.each([
    ['', 'no mistake'],
    ['# nothing yet', 'no mistake'],
    ['- seat', 'brands.yaml cannot be used'],
    ['seat: [', 'brands.yaml is not valid YAML'],
    ['seat: {name: SEAT}', 'seat.wikidata'],
    ['opel: {name: Opel, wikidata: Q59187, surfaceForms: [Opel]}', 'wikidata Q59187 is claimed twice'],
  ])('%j: %s', (own, words) => {
    expect(mistakesOf(shipped, own)).toContain(words);
  });
});

describe('chooseBrands', () => {
  const slugsOf = (slugs?: readonly string[]) => chooseBrands(brands, slugs).map(({ slug }) => slug);

  test('takes the nine makes by default, and tesla when it is named', () => {
    expect(slugsOf().sort()).toEqual([
      'audi',
      'bmw',
      'ford',
      'hyundai',
      'mercedes',
      'skoda',
      'toyota',
      'vauxhall',
      'vw',
    ]);
    expect(slugsOf(['tesla', ' AUDI', 'tesla', ''])).toEqual(['tesla', 'audi']);
  });

  test('names the closest of an unknown one, and all', () => {
    expect(() => slugsOf(['audi', 'toyata'])).toThrow(
      expect.objectContaining({
        message: 'There is no brand `toyata`',
        hint: expect.stringMatching(/^Did you mean toyota\? There are: audi, bmw/),
      }),
    );
    expect(() => slugsOf(['xyz'])).toThrow(expect.objectContaining({ hint: expect.stringMatching(/^There are: /) }));
    expect(() => slugsOf([''])).toThrow(UsageError);
  });
});
