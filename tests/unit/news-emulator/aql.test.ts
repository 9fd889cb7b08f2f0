import type { Entity, Story } from '../../../src/news-api/story.js';
import { AqlError } from '../../../src/news-emulator/aql/aql-error.js';
import { compileAql } from '../../../src/news-emulator/aql/compile.js';
import { parseAql } from '../../../src/news-emulator/aql/parse.js';

const now = new Date('2026-11-24T12:00:00Z');

const entity = (id: string, overall_prominence: number, forms: readonly string[], where: 'title' | 'body'): Entity => {
  const sentiment = { polarity: 'neutral', confidence: 0.5 } as const;
  const none = { surface_forms: [] };
  const named = { surface_forms: forms.map((text) => ({ text, frequency: 1, mentions: [] })) };
  return {
    id,
    stock_tickers: [],
    types: ['Business', 'Organization'],
    overall_sentiment: { ...sentiment, polarity: 'positive' },
    overall_prominence,
    overall_frequency: forms.length,
    title: where === 'title' ? named : none,
    body: where === 'body' ? named : none,
    external_ids: {},
    links: { wikidata: `https://www.wikidata.org/wiki/${id}`, wikipedia: '' },
  };
};

const story = {
  id: 5102102757,
  title: 'New Mercedes-Benz plant: the "first" of Tesla’s rivals',
  body: 'Škoda and Volkswagen follow.\nNobody asked Gate.io.',
  language: 'en',
  author: { id: 1, name: '' },
  source: {
    id: 1,
    name: 'BBC News',
    domain: 'bbc.co.uk',
    home_page_url: '',
    locations: [{ country: 'GB' }],
    scopes: [],
  },
  categories: [{ id: 'ay.biz.corpgov', label: 'Governance', score: 1, taxonomy: 'aylien', links: { self: '' } }],
  industries: [{ id: 'in.motor.auto', score: 0.48, links: { self: '' } }],
  entities: [
    entity('Q36008', 0.98, ['Mercedes-Benz'], 'title'),
    entity('Q246', 0.14, ['Volkswagen'], 'body'),
    entity('Q29637', 0.14, ['Škoda'], 'body'),
  ],
  sentiment: { title: { polarity: 'neutral', score: 0.9 }, body: { polarity: 'negative', score: 0.4 } },
  hashtags: ['#Cars'],
  keywords: ['plant'],
  clusters: [437000001],
  words_count: 7,
  published_at: '2026-11-23T22:10:00Z',
} as unknown as Story;

const matches = (aql: string, list: 'or' | 'and' = 'or', defaultField = 'text') =>
  compileAql(parseAql(aql, list), defaultField, now)(story);

describe('an AQL query', () => {
  test.each([
    // Forms that are in use.
    'language:(en) AND text: (TESLA) AND sentiment.title.polarity:(negative neutral positive)',
    'entities:({{id:Q36008 AND overall_prominence:>=0.65}})',
    'entities:({{id:Q312 AND overall_prominence:>=0.65}} OR {{id:Q36008 AND overall_prominence:>=0.65}})',
    'entities:{{id:(Q23317 Q36008) AND overall_prominence:>=0.65}} AND language:(en)',
    'entities:({{surface_forms.text:"mercedes benz" AND overall_prominence:>=0.65 AND sentiment:positive}})',
    'entities: {{prominence_score:[0.7 TO *] AND surface_forms.text: ("Twitter" "Mercedes") AND (id:Q36008) sort_by(overall_prominence)}}',
    'entities:{{element:title AND surface_forms:"Mercedes-Benz" AND type:("Organization")}}',
    'categories:{{taxonomy:aylien AND score:[0.7 TO *] AND id:(ay.biz.corpgov ay.fin.intrade)}} NOT categories:{{id:ay.spec.adverse}}',
    'industries:{{score:[0.4 TO *] AND (in.motor.auto)}}',
    'title:("crypto"^2 OR "plant" OR "gate.io")',
    'source.name.keyword:("BBC News" OR "CNBC")',
    // One piece each.
    'Tesla',
    '"gate.io"',
    'škoda',
    'NOT kangaroo',
    'title:plant AND NOT title:bus',
    '(title:bus OR title:plant) AND language:en',
    'title:bus OR title:plant AND language:en',
    'title:bus title:plant',
    'source.name:bbc',
    'source.domain:bbc.co.uk',
    'entities:Q246',
    'entities.id:(Q1 Q246)',
    'entities.links.wikidata:"https://www.wikidata.org/wiki/Q246"',
    'words_count:[7 TO 7]',
    'words_count:<8 AND words_count:>6 AND words_count:<=7 AND words_count:7',
    'id:5102102757',
    'clusters:437000001',
    'published_at:[NOW-1DAY TO NOW]',
    'published_at:[2026-11-23T22:00:00Z TO *]',
    'title:"the \\"first\\" of"',
    'hashtags:*',
  ])('finds a story by %s', (aql) => {
    expect(matches(aql)).toBe(true);
  });

  test.each([
    // One entity must fit the whole part; parts that two entities fit do not count.
    'entities:({{id:Q246 AND overall_prominence:>=0.65}})',
    'entities:{{id:Q246}} AND NOT entities:{{id:Q29637}}',
    'entities:{{element:title AND surface_forms:"Volkswagen"}}',
    'title:tes',
    'title:(plant AND bus)',
    'title:Škoda',
    'skoda',
    'language:EN',
    'source.name.keyword:BBC',
    'title:"plant new"',
    'words_count:[* TO 6]',
    'words_count:>7',
    'industries:{{score:[0.7 TO *] AND (in.motor.auto)}}',
    'published_at:[NOW-1HOUR TO NOW]',
    'categories:{{id:ay.biz.corpgov}} NOT language:en',
    'author.name:*',
  ])('passes a story over by %s', (aql) => {
    expect(matches(aql)).toBe(false);
  });

  test('takes a list for AND where it is told to', () => {
    expect(matches('title:(plant bus)', 'or')).toBe(true);
    expect(matches('title:(plant bus)', 'and')).toBe(false);
    expect(matches('title:(plant mercedes)', 'and')).toBe(true);
  });

  test('takes the default field for terms without one', () => {
    expect(matches('volkswagen', 'or', 'text')).toBe(true);
    expect(matches('volkswagen', 'or', 'title')).toBe(false);
  });

  test.each([
    ['', 'the query ends too early'],
    ['title:', 'the query ends too early'],
    ['title:(audi', 'the query ends too early, where `)` was expected'],
    ['audi)', 'unexpected `)` at character 5'],
    ['audi AND OR bmw', 'unexpected `OR` at character 10'],
    ['title:"audi', 'cannot read `"audi` at character 7: the quotation mark is not closed'],
    ['words_count:[1, 2]', 'cannot read `[1, 2]` at character 13: a range is [a TO b]'],
    ['entities:{id:Q1}', 'cannot read `{id:Q1}` at character 10: braces come in pairs, as in {{id:Q246}}'],
    ['entities:{{id:Q1}', 'cannot read `}` at character 17: braces come in pairs'],
    ['titel:audi', 'there is no field `titel` here; there are: id, title'],
    ['entities:{{title:audi}}', 'there is no field `title` here'],
    ['constructor:audi', 'there is no field `constructor` here'],
    ['title:{{id:Q1}}', '{{ }} belongs behind entities:, categories: or industries:, not behind title:'],
    ['language:>=en', 'language has no order to compare by'],
    ['words_count:many', 'words_count is a number, and `many` is none'],
    ['words_count:>=', 'the query ends too early'],
    ['words_count:>=(1)', 'unexpected `(` at character 15'],
    ['aud*', 'this emulator knows no wildcard but a single *'],
    ['-audi', 'write NOT, AND and OR as words'],
    ['title:"&"', 'there is no word in `&`'],
  ])('%s is refused', (aql, message) => {
    expect(() => matches(aql)).toThrow(AqlError);
    expect(() => matches(aql)).toThrow(message);
  });
});
