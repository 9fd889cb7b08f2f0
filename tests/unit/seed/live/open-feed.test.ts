import { readFileSync } from 'node:fs';
import { UsageError } from '../../../../src/errors.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { readCredentials } from '../../../../src/seed/aylien/credentials.js';
import { parseBrands } from '../../../../src/seed/brands/brands.js';
import { type FeedOptions, openFeed } from '../../../../src/seed/live/open-feed.js';

const brands = parseBrands(readFileSync('data/brands.yaml', 'utf8'));
const now = new Date('2026-11-24T10:00:00Z');

async function queryOf(options: Partial<FeedOptions> = {}) {
  const credentials = await readCredentials({ AYLIEN_APP_ID: 'id', AYLIEN_API_KEY: 'key' }, undefined);
  const nothing = { baseUrl: undefined, slugs: undefined, aql: undefined, since: undefined, until: undefined };
  return openFeed({ version: 'v6', credentials, brands, now, report: new RecordingReporter(), ...nothing, ...options })
    .query;
}

describe('openFeed', () => {
  test('asks for the nine makes by their ids, and not for tesla unless it is named', async () => {
    const { aql, queryName, address } = await queryOf();
    expect(aql).toContain('Q23317');
    expect(aql).not.toContain('Q478214');
    expect(queryName).toBe('brands:audi,bmw,ford,hyundai,mercedes,skoda,toyota,vauxhall,vw');
    expect(address).toBe('https://api.aylien.com/v6/news');
    expect(await queryOf({ slugs: ['tesla'] })).toMatchObject({
      aql: expect.stringContaining('Q478214'),
      queryName: 'brands:tesla',
    });
  });

  test('takes another query and another address as they are; a slash at the end makes no other', async () => {
    const options = { aql: 'title:"Audi"', baseUrl: 'http://127.0.0.1:8087/v6/news/' };
    expect(await queryOf(options)).toMatchObject({
      ...{ aql: 'title:"Audi"', queryName: 'aql', address: 'http://127.0.0.1:8087/v6/news' },
    });
  });

  test.each([
    [undefined, undefined, undefined, undefined],
    ['NOW-1DAY', undefined, '2026-11-23T10:00:00.000Z', undefined],
    ['2026-11-01T00:00:00Z', 'NOW/DAY', '2026-11-01T00:00:00.000Z', '2026-11-24T00:00:00.000Z'],
    [undefined, 'NOW+1DAY', undefined, '2026-11-25T10:00:00.000Z'],
  ])('from %s until %s', async (since, until, from, to) => {
    const { sinceMs, untilMs } = await queryOf({ since, until });
    const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
    expect([iso(sinceMs), iso(untilMs)]).toEqual([from, to]);
  });

  test.each([
    ['NOW', undefined, '--since NOW is not before the present'],
    ['NOW+1DAY', 'NOW+2DAYS', '--since NOW+1DAY is not before the present'],
    ['NOW-1HOUR', 'NOW-2HOURS', '--since NOW-1HOUR is not before --until NOW-2HOURS'],
    ['yesterday', undefined, '`yesterday` is not a time that the news API knows'],
  ])('refuses from %s until %s', async (since, until, message) => {
    await expect(queryOf({ since, until })).rejects.toThrow(message);
    await expect(queryOf({ since, until })).rejects.toThrow(UsageError);
  });

  test('refuses a query that the API would not take, before a topic is touched', async () => {
    await expect(queryOf({ aql: `title:${'x'.repeat(2_000)}` })).rejects.toThrow('The query is too long');
    await expect(queryOf({ aql: `title:${'x'.repeat(1_600)}` })).resolves.toMatchObject({ queryName: 'aql' });
  });

  test('refuses a brand that it does not know', async () => {
    await expect(queryOf({ slugs: ['audy'] })).rejects.toThrow('There is no brand `audy`');
  });
});
