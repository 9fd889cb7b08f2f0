import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProject } from '../../../../src/project/project-folder.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../../src/seed/brands/brands.js';
import { hintAfterInterrupt, runSeed, withTopicLock } from '../../../../src/seed/engine/run-seed.js';
import type { SeedOptions } from '../../../../src/seed/engine/seeding.js';
import { seedCars } from '../../../../src/seed/seed-cars.js';
import type { SeedKind } from '../../../../src/seed/seed-kind.js';
import { seedNews } from '../../../../src/seed/seed-news.js';
import { endpointAt } from '../../../fakes/kafka-endpoint.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi], files: []}');
// Nothing listens there: what fails in another way has failed before a broker was asked.
const contextWith = (signal: AbortSignal) => ({
  kafka: async () => endpointAt('127.0.0.1:1'),
  project: findProject(root, '.'),
  report: new RecordingReporter(),
  signal,
  confirm: async () => undefined,
});
const context = contextWith(new AbortController().signal);
const replacing = { topic: 'any', isReplacing: true };

async function seed(kind: SeedKind, paths: readonly string[], options: Partial<SeedOptions> = {}, given = context) {
  const parts = { report: given.report, readBrands: async () => brands, environment: {} };
  const seeding = await kind.choose(paths, {}).open(parts);
  return runSeed(given, seeding, { topic: 'any', ...options });
}

function fileOf(name: string, text: string, folder = '.'): string {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, name), text);
  return join(root, folder, name);
}

const row = 'A1,2017,12500,Manual,15735,Petrol,150,55.4,1.4\n';
const cars = `model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize\n${row.repeat(3_000)}`;

describe('a seed that replaces', () => {
  test('reads a car file to its end before the topic is touched', async () => {
    const path = fileOf('audi.csv', `${cars}"${row}${row}`);
    expect(await failureOf(seed(seedCars, [path], replacing))).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/audi\.csv:300\d is not CSV/),
    });
  });

  test('reads stories to their end before the topic is touched', async () => {
    const paths = [fileOf('good.json', '{"id":1}\n'), fileOf('bad.json', '[{"id":1},\n{"id":')];
    expect(await failureOf(seed(seedNews, paths, replacing))).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/bad\.json is neither JSON nor JSON Lines/),
    });
  });

  test('can be interrupted while it reads', async () => {
    const aborted = contextWith(AbortSignal.abort(new Error('enough')));
    const path = fileOf('vw.csv', cars);
    expect(await failureOf(seed(seedCars, [path], replacing, aborted))).toMatchObject({
      message: 'enough',
    });
  });
});

describe.each([
  ['cars', () => seed(seedCars, [fileOf('audi.csv', cars)])],
  ['news', () => seed(seedNews, [fileOf('n.json', '{"id":1}')])],
])('seed %s', (_, begin) => {
  test('is refused while another seed of the topic is at work', async () => {
    const refused = await withTopicLock(context.project, 'any', () => failureOf(begin()));
    expect(refused).toMatchObject({ code: 'LOCKED', exitCode: 3, message: expect.stringContaining('`millrace seed`') });
  });
});

describe('hintAfterInterrupt', () => {
  const files = { source: {} } as Parameters<typeof hintAfterInterrupt>[0];
  const feed = { source: { recall: async () => new Set<string>() } } as unknown as typeof files;

  test.each([
    ['files, which the same command would not take twice', files, {}, 'Run the same command with `--resume` to go on.'],
    [
      'files that replace',
      files,
      { isReplacing: true },
      'Run the same command with `--resume` in place of `--replace` to go on.',
    ],
    ['what is resumed', files, { isAppending: true, isResuming: true }, undefined],
    ['the live feed', feed, { isAppending: true }, undefined],
  ])('says after Ctrl-C how to go on with %s', (_, seeding, options, hint) => {
    expect(hintAfterInterrupt(seeding, options)).toBe(hint);
  });

  test('sends nobody on who has asked for records twice', () => {
    expect(hintAfterInterrupt(files, { isAppending: true })).toContain('with `--replace` in place of `--append`');
  });
});

describe('files', () => {
  test.each([
    ['twice the same file', () => [fileOf('x.json', '{"id":1}'), fileOf('x.json', '{"id":1}')]],
    ['two files of one name', () => [fileOf('x.json', '{"id":1}'), fileOf('x.json', '{"id":2}', 'other')]],
  ])('refuses %s', async (_, pathsOf) => {
    const paths = pathsOf();
    expect(await failureOf(seed(seedNews, paths))).toMatchObject({
      code: 'USAGE',
      message: `${paths.join(' and ')} have the same name`,
    });
  });

  test('refuses to record to a file that it reads, by whatever name', async () => {
    const path = fileOf('read.json', '{"id":1}\n');
    const recordPath = join(root, 'link.json');
    symlinkSync(path, recordPath);
    expect(await failureOf(seed(seedNews, [path], { recordPath }))).toMatchObject({
      code: 'USAGE',
      message: `--record ${recordPath} is also read`,
    });
    expect(readFileSync(path, 'utf8')).toBe('{"id":1}\n');
  });
});
