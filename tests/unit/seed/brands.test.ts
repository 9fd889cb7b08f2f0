import { readFileSync } from 'node:fs';
import { UsageError } from '../../../src/errors.js';
import { parseBrands } from '../../../src/seed/brands.js';

const shipped = readFileSync('data/brands.yaml', 'utf8');
const brands = parseBrands(shipped);
const brand = (slug: string) => brands.all.find((one) => one.slug === slug);

const mistakesOf = (yamlText: string): string => {
  try {
    parseBrands(yamlText);
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

describe('isNamedIn', () => {
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
    expect(brand(slug)?.isNamedIn(text)).toBe(isNamed);
  });
});
