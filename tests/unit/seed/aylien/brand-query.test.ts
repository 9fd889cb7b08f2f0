import { readFileSync } from 'node:fs';
import { UsageError } from '../../../../src/errors.js';
import { packagePath } from '../../../../src/project/package-files.js';
import { brandQuery } from '../../../../src/seed/aylien/brand-query.js';
import { type Brand, parseBrands } from '../../../../src/seed/brands/brands.js';
import { page, QUERY, readAll, serveReplies } from './scripted-api.js';

const shipped = parseBrands(readFileSync(packagePath('data', 'brands.yaml'), 'utf8')).all;
const brandOf = (wikidata: string) => ({ ...shipped[0], wikidata }) as Brand;
const strangers = (count: number) => Array.from({ length: count }, (_, number) => brandOf(`Q${100_000_000 + number}`));

describe('brandQuery', () => {
  test('has a block for each brand, and asks for English', () => {
    expect(brandQuery([brandOf('Q23317')])).toBe(
      'entities:({{id:Q23317 AND overall_prominence:>=0.65}}) AND language:(en)',
    );
    expect(brandQuery([brandOf('Q26678'), brandOf('Q23317'), brandOf('Q26678')])).toBe(
      'entities:({{id:Q23317 AND overall_prominence:>=0.65}} OR {{id:Q26678 AND overall_prominence:>=0.65}}) AND language:(en)',
    );
  });

  test('has blocks for all that ship', () => {
    expect(brandQuery(shipped).match(/\{\{id:Q\d+ AND/g)).toHaveLength(shipped.length);
  });

  test('has a list of ids where the blocks would be too long', () => {
    expect(brandQuery(strangers(40))).toMatch(
      /^entities:\{\{id:\(Q100000000( Q\d+){39}\) AND overall_prominence:>=0\.65\}\} AND language:\(en\)$/,
    );
  });

  test.each([1, 18, 22, 40, 120])('of %i brands is short enough to be sent', async (count) => {
    const api = await serveReplies(page([]));
    const { error } = await readAll(api.base, { query: { ...QUERY, aql: brandQuery(strangers(count)) } });
    expect(error).toBeUndefined();
    expect(api.seen).toHaveLength(1);
  });

  test('of no brand is a usage error', () => {
    expect(() => brandQuery([])).toThrow(UsageError);
  });
});
