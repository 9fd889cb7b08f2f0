import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, cliJson, parseLines } from '../cli.js';
import { carsFile } from '../data.js';
import { createCompacted, openTransaction, publishCompressed, publishInTransaction } from '../foreign-producer.js';
import { publish, readAll } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';

interface SeedResult {
  readonly topic: string;
  readonly read: number;
  readonly published: number;
  readonly rejected: number;
  readonly seconds: number;
  readonly offsets: { readonly before: number; readonly after: number };
  readonly rejectsFile: string | null;
}

const project = sharedProject();
const header = 'model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize\r\n';
const row = ' Fabia,2017,7999,Manual,17307,Petrol,145,58.9,1.2\r\n';
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
    const description = await cliJson<{ offsets: number }>(['topic', 'describe', 'cars-all'], { project });
    expect(description.offsets).toBe(rows);
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
    await writeFile(file, header + row);
    const seed = ['seed', 'cars', file, '--topic', 'cars-twice'];
    await cliJson(seed, { project });
    const refused = await cli(['--json', ...seed], { project });
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stderr).error.message).toContain('skoda.csv');
    const records = async () =>
      (await cliJson<{ offsets: number }>(['topic', 'describe', 'cars-twice'], { project })).offsets;
    expect(await records()).toBe(1);
    await cliJson([...seed, '--append'], { project });
    expect(await records()).toBe(2);
    const replaced = await cli(['--json', ...seed, '--replace', '--spread', '10h'], { project });
    expect(JSON.parse(replaced.stdout).offsets).toEqual({ before: 2, after: 1 });
    expect(replaced.stderr).toMatch(/spread over .+ only: the newest listing of cars-twice is that young/);
    expect(await records()).toBe(1);
  });

  test('goes on with a seed that was broken off, and does nothing for one that was finished', async () => {
    const file = join(folder, 'seat-leon.csv');
    await writeFile(file, header + row.repeat(20));
    const seed = ['seed', 'cars', file, '--topic', 'cars-resumed'];
    await cliJson([...seed, '--limit', '8'], { project });
    const resumed = await cliJson<SeedResult>([...seed, '--resume'], { project });
    expect(resumed).toMatchObject({ read: 20, published: 12, duplicates: 8, offsets: { before: 8, after: 20 } });
    expect(await cliJson([...seed, '--resume'], { project })).toMatchObject({ published: 0, duplicates: 20 });
    expect(new Set((await readAll('cars-resumed')).map(({ key }) => key)).size).toBe(20);
  });

  test('asks before --replace deletes what others wrote, and deletes nothing without an answer', async () => {
    const file = join(folder, 'seat.csv');
    await writeFile(file, `${header}${row}${row}`);
    const seed = ['seed', 'cars', file, '--topic', 'cars-foreign'];
    await cliJson(seed, { project });
    await publish('cars-foreign', [{ key: 'theirs', value: '{}' }]);
    const refused = await cli(['--json', ...seed, '--replace'], { project });
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stderr).error.message).toContain('1 offset that this project did not fill');
    expect(await readAll('cars-foreign')).toHaveLength(3);
    const replaced = await cliJson<SeedResult>([...seed, '--replace', '--yes'], { project });
    expect(replaced.offsets).toEqual({ before: 3, after: 2 });
  });

  test('keeps the topic when the file to --replace it with breaks off far down', async () => {
    const file = join(folder, 'kia.csv');
    const text = header + row.repeat(3_000);
    await writeFile(file, text);
    const seed = ['seed', 'cars', file, '--topic', 'cars-broken'];
    await cliJson(seed, { project });
    await writeFile(file, `${text}"${row}${row}`);
    const refused = await cli(['--json', ...seed, '--replace'], { project });
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stderr).error.message).toContain('is not CSV');
    expect(await readAll('cars-broken')).toHaveLength(3_000);
  });

  test('takes a file later that --limit kept it from reaching', async () => {
    const [first, second] = [join(folder, 'aa.csv'), join(folder, 'bb.csv')];
    for (const file of [first, second]) await writeFile(file, header + row.repeat(8));
    const into = ['--topic', 'cars-limited'];
    await cliJson(['seed', 'cars', first, second, '--limit', '5', ...into], { project });
    expect(await cliJson(['seed', 'cars', second, ...into], { project })).toMatchObject({ published: 8 });
    expect((await cli(['seed', 'cars', first, ...into], { project })).exitCode).toBe(2);
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
    ['a file of a header alone', 'rowless.csv', header, 'has no rows'],
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

  test('publishes thousands of long stories, and keeps aside one that no broker takes', async () => {
    const file = join(folder, 'long.json');
    const story = (id: number, length: number) =>
      JSON.stringify({ id, title: 'Škoda', body: 'x'.repeat(length), published_at: '2026-11-24T10:00:00Z' });
    const stories = Array.from({ length: 3_000 }, (_, at) => story(at + 1, 6_000));
    await writeFile(file, [...stories, story(3_001, 1_100_000)].join('\n'));
    const result = await cliJson<SeedResult>(['seed', 'news', file, '--topic', 'news-long'], { project });
    expect(result).toMatchObject({ read: 3_001, published: 3_000, rejected: 1, offsets: { before: 0, after: 3_000 } });
    const reject = JSON.parse(await readFile(result.rejectsFile ?? '', 'utf8'));
    expect(reject).toMatchObject({ position: 'long.json:3001', input: { id: 3_001 } });
    expect(reject.reason).toMatch(/^the record has 1,1\d\d,\d{3} bytes, and the broker takes 1,000,000 at most$/);
  });

  test('refuses two files of one name with exit code 2', async () => {
    const file = join(folder, 'twin.json');
    await writeFile(file, '{"id":1}\n');
    const { exitCode, stderr } = await cli(['seed', 'news', file, file, '--topic', 'news-twins'], { project });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('have the same name');
  });
});

describe('a topic that other programs write to', () => {
  const SOON_MS = 30_000;
  const records = (...names: string[]) => names.map((name) => ({ key: `seat/${name}`, value: `{"name":"${name}"}` }));
  const tail = async (topic: string, ...flags: string[]) => {
    const beganAt = Date.now();
    const { stdout } = await cli(['--json', 'topic', 'tail', topic, ...flags], { project });
    expect(Date.now() - beganAt).toBeLessThan(SOON_MS);
    return parseLines<{ key: string }>(stdout).map(({ key }) => key.replace('seat/', ''));
  };
  const createTopic = (topic: string) => cliJson(['topic', 'create', topic, '--partitions', '1'], { project });

  test.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'is read where it is compressed with %s, and a seed resumes on it',
    async (codec) => {
      const topic = `foreign-${codec}`;
      const file = join(folder, 'seat.csv');
      await writeFile(file, header + row.repeat(300));
      await createTopic(topic);
      const names = Array.from({ length: 200 }, (_, index) => String(index + 1));
      await publishCompressed(topic, codec, records(...names));
      expect(await tail(topic, '-n', '2')).toEqual(['199', '200']);
      const resumed = await cliJson<SeedResult>(['seed', 'cars', file, '--topic', topic, '--resume'], { project });
      expect(resumed).toMatchObject({ published: 100, duplicates: 200 });
    },
  );

  test('shows as many records as were asked for, and the committed ones alone', async () => {
    const topic = 'foreign-transactions';
    await createTopic(topic);
    for (const name of ['a', 'b', 'c']) await publishInTransaction(topic, 'commit', records(name));
    expect(await tail(topic, '-n', '1')).toEqual(['c']);
    await publishInTransaction(topic, 'abort', records(...Array.from({ length: 150 }, (_, index) => `gone-${index}`)));
    expect(await tail(topic, '-n', '2')).toEqual(['b', 'c']);
    expect(await tail(topic, '-n', '1000')).toEqual(['a', 'b', 'c']);
    const described = await cliJson(['topic', 'describe', topic], { project });
    expect(described).toMatchObject({ offsets: 157, partitions: [{ start: 0, end: 157, stable: 157 }] });
  });

  test('is read up to an open transaction, counted past it, and not resumed on before it has ended', async () => {
    const topic = 'foreign-open';
    const file = join(folder, 'seat.csv');
    await writeFile(file, header + row.repeat(3));
    await createTopic(topic);
    await publish(topic, records('1'));
    const open = await openTransaction(topic, records('2'));
    const seed = ['seed', 'cars', file, '--topic', topic];
    expect(await cliJson<SeedResult>([...seed, '--limit', '1'], { project })).toMatchObject({
      ...{ published: 1, offsets: { before: 2, after: 3 } },
    });
    expect(await tail(topic)).toEqual(['1']);
    expect(await cliJson(['topic', 'describe', topic], { project })).toMatchObject({
      partitions: [{ end: 3, stable: 1, offsets: 3 }],
    });
    const refused = await cli(['--json', ...seed, '--resume'], { project });
    const told = parseLines<{ error?: { code: string } }>(refused.stderr).at(-1);
    expect([refused.exitCode, told?.error?.code]).toEqual([4, 'TRANSACTION_OPEN']);
    await open.commit();
    expect(await tail(topic)).toEqual(['1', '2', '1']);
    expect(await cliJson<SeedResult>([...seed, '--resume'], { project })).toMatchObject({
      published: 1,
      duplicates: 2,
    });
  });

  test('is not emptied where it is compacted, and the way out works', async () => {
    const topic = 'foreign-compacted';
    const file = join(folder, 'seat.csv');
    await writeFile(file, header + row.repeat(5));
    await createCompacted(topic);
    const seed = ['seed', 'cars', file, '--topic', topic];
    await cliJson(seed, { project });
    const refused = await cli(['--json', ...seed, '--replace', '--yes'], { project });
    const { error } = JSON.parse(refused.stderr);
    expect([refused.exitCode, error.code]).toEqual([2, 'TOPIC_COMPACTED']);
    expect(error.hint).toContain(`millrace topic delete ${topic}`);
    await cliJson(['topic', 'delete', topic, '--yes'], { project });
    expect(await cliJson<SeedResult>([...seed, '--replace'], { project })).toMatchObject({ published: 5 });
  });
});
