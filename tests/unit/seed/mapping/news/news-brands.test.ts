import { readFileSync } from 'node:fs';
import { parseBrands } from '../../../../../src/seed/brands/brands.js';
import { matchBrands } from '../../../../../src/seed/mapping/news/news-brands.js';

const brands = parseBrands(readFileSync('data/brands.yaml', 'utf8'));
const match = (story: Record<string, unknown>) => matchBrands(story, brands);
const textMatch = { prominence: null, polarity: null, confidence: null };

describe('matchBrands', () => {
  test('reads the flat list of v5.1 and v6 with its prominence and sentiment', () => {
    const overall_sentiment = { polarity: 'negative', confidence: 0.6 };
    const entities = [{ id: 'Q478214', overall_prominence: 0.98, overall_sentiment, title: {}, body: {} }];
    const facts = { prominence: 0.98, polarity: 'negative', confidence: 0.6 };
    expect(match({ entities })).toEqual([{ brand: 'tesla', wikidata: 'Q478214', by: 'entity', ...facts }]);
  });

  test('reads the entities of early 2021, grouped by title and body, by id or link', () => {
    const title = [{ id: 'Q246', surface_forms: [{ text: 'VW', indices: [[0, 2]] }], stock_ticker: '' }];
    const body = [{ links: { wikidata: 'https://www.wikidata.org/wiki/Q26678' }, surface_forms: [{ text: 'it' }] }];
    const found = match({ entities: { title, body } });
    expect(found.map(({ brand, by }) => [brand, by])).toEqual([
      ['bmw', 'entity'],
      ['vw', 'entity'],
    ]);
  });

  test('reads the entities from before 2021, which have text and DBpedia links only', () => {
    const links = { dbpedia: 'http://dbpedia.org/resource/Škoda_Auto' };
    const entities = { title: [], body: [{ text: 'Škoda', indices: [[10, 15]], links }] };
    const found = match({ entities, title: 'No name here' });
    expect(found).toEqual([{ brand: 'skoda', wikidata: 'Q29637', by: 'entity', ...textMatch }]);
  });

  test('believes the id of an entity rather than its text', () => {
    const entities = [{ id: 'Q9036', surface_forms: [{ text: 'Tesla' }], overall_prominence: 0.98 }];
    expect(match({ entities, title: 'An inventor remembered' })).toEqual([]);
  });

  test('finds what no entity names in the title, then in the body', () => {
    const found = match({ title: 'Audi and Toyota', body: 'A BMW overtook the Audi.' });
    expect(found.map(({ brand, by }) => [brand, by])).toEqual([
      ['audi', 'title'],
      ['bmw', 'body'],
      ['toyota', 'title'],
    ]);
  });

  test('matches a brand once, by its most prominent entity', () => {
    const entity = (overall_prominence: number) => ({ id: 'Q44294', overall_prominence });
    const found = match({ entities: [entity(0.1), entity(0.7)], title: 'Ford', body: 'Ford' });
    expect(found).toEqual([expect.objectContaining({ brand: 'ford', by: 'entity', prominence: 0.7 })]);
  });
});
