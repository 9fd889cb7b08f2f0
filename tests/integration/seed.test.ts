import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, cliJson } from './cli.js';
import { carsFile } from './data.js';
import { readAll } from './kafka.js';
import { sharedProject } from './shared-cluster/project.js';

interface SeedResult {
  readonly topic: string;
  readonly read: number;
  readonly published: number;
  readonly rejected: number;
  readonly seconds: number;
  readonly rejectsFile: string | null;
}

const project = sharedProject();
const header = 'model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize\r\n';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed '));
});
afterAll(() => rm(folder, { recursive: true }));

describe('seed cars', () => {
  test('publishes every row of a file, typed and keyed, and agrees with the topic', async () => {
    const rows = (await readFile(carsFile, 'utf8')).trim().split('\n').length - 1;
    const result = await cliJson<SeedResult>(['seed', 'cars', carsFile, '--topic', 'cars-all'], { project });
    expect(result).toMatchObject({ topic: 'cars-all', read: rows, published: rows, rejected: 0 });
    const description = await cliJson<{ records: number }>(['topic', 'describe', 'cars-all'], { project });
    expect(description.records).toBe(rows);
    const first = (await readAll('cars-all')).find(({ key }) => key?.endsWith('/1'));
    expect(JSON.parse(first?.value ?? '{}')).toMatchObject({
      schema: 'car-listing/1',
      year: expect.any(Number),
      price: expect.any(Number),
    });
  });

  test('keeps a row that is no listing, with its line and the reason, and publishes the others', async () => {
    const file = join(folder, 'hyundi.csv');
    const odd = `${header.replace('tax', 'tax(£)')} I20,2017,7999,Manual,17307,Petrol,145,58.9,1.2\r\n I10,soon,5,Manual,1,Petrol,,,1.0\r\n I30,2018,9000,Manual,20,Petrol,,,1.4\r\n`;
    await writeFile(file, odd);
    const result = await cliJson<SeedResult>(['seed', 'cars', file, '--topic', 'cars-odd'], { project });
    expect(result).toMatchObject({ read: 3, published: 2, rejected: 1 });
    const reject = JSON.parse(await readFile(result.rejectsFile ?? '', 'utf8'));
    expect(reject).toMatchObject({ position: 'hyundi.csv:3', reason: expect.stringContaining('year is "soon"') });
    const values = (await readAll('cars-odd')).sort((a, b) => (a.key ?? '').localeCompare(b.key ?? ''));
    expect(values.map(({ key }) => key)).toEqual(['hyundi/1', 'hyundi/3']);
    expect(JSON.parse(values[0]?.value ?? '')).toMatchObject({
      make: 'hyundai',
      model: 'I20',
      tax: 145,
      mpg: 58.9,
      source: 'hyundi.csv',
    });
    expect(JSON.parse(values[1]?.value ?? '')).toMatchObject({ make: 'hyundai', model: 'I30', tax: null, mpg: null });
  });

  test('refuses a source that the topic already holds, appends it when told, and replaces it when told', async () => {
    const file = join(folder, 'skoda.csv');
    await writeFile(file, `${header} Fabia,2017,7999,Manual,17307,Petrol,145,58.9,1.2\r\n`);
    const seed = ['seed', 'cars', file, '--topic', 'cars-twice'];
    await cliJson(seed, { project });
    const refused = await cli(['--json', ...seed], { project });
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stderr).error.message).toContain('skoda.csv');
    const records = async () =>
      (await cliJson<{ records: number }>(['topic', 'describe', 'cars-twice'], { project })).records;
    expect(await records()).toBe(1);
    await cliJson([...seed, '--append'], { project });
    expect(await records()).toBe(2);
    await cliJson([...seed, '--replace'], { project });
    expect(await records()).toBe(1);
  });

  test('stops after --limit and goes no faster than --rate', async () => {
    const result = await cliJson<SeedResult>(
      ['seed', 'cars', '--topic', 'cars-slow', '--limit', '60', '--rate', '40/s'],
      { project },
    );
    expect(result).toMatchObject({ read: 60, published: 60 });
    expect(result.seconds).toBeGreaterThan(1.3);
  });

  test.each([
    ['a missing file', 'nowhere.csv', undefined, 'no file'],
    ['an empty file', 'empty.csv', '', 'empty'],
    ['a wrong header', 'wrong.csv', 'a,b\n1,2\n', 'lacks'],
  ])('refuses %s with exit code 2 and makes no topic', async (_what, name, content, words) => {
    if (content !== undefined) await writeFile(join(folder, name), content);
    const topic = `cars-${name.replace('.csv', '')}`;
    const { exitCode, stderr } = await cli(['--json', 'seed', 'cars', join(folder, name), '--topic', topic], {
      project,
    });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error.message).toContain(words);
    expect((await cli(['topic', 'describe', topic], { project })).exitCode).toBe(2);
  });
});

describe('seed news', () => {
  test('publishes the shipped stories keyed by their id, with the brands they are about', async () => {
    const result = await cliJson<SeedResult>(['seed', 'news', '--topic', 'news-all'], { project });
    const records = await readAll('news-all');
    expect(records).toHaveLength(result.published);
    for (const { key, value } of records) {
      const story = JSON.parse(value ?? '{}');
      expect(story).toMatchObject({ schema: 'news-story/1', id: key });
      expect(key).toMatch(/^aylien:\d+$/);
      expect(story.brands.length).toBeGreaterThan(0);
    }
  });
});
