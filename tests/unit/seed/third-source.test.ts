import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedKindCommand } from '../../../src/commands/seed.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import type { Mapping } from '../../../src/seed/mapping/mapping.js';
import { commonJson, type SeedKind } from '../../../src/seed/seed-kind.js';
import { FileSource } from '../../../src/seed/source/file-source.js';
import { type InputFile, openInputs } from '../../../src/seed/source/input-file.js';
import { splitLines } from '../../../src/seed/source/split-lines.js';
import { MemoryTopic } from '../../fakes/memory-topic.js';
import { temporaryFolder } from '../temporary-folder.js';
import { NOW, seedInMemory } from './seed-in-memory.js';

const root = temporaryFolder();

// A source that nothing else knows of: lines of JSON, each with a key and a temperature.
interface Reading {
  readonly key: string;
  readonly celsius: number;
  readonly atMs?: number;
}

async function* readLines(file: InputFile) {
  let at = 0;
  for await (const line of splitLines(file.chunks(100), 1_000))
    if (line !== '') yield [{ at: ++at, raw: JSON.parse(line) as Reading }];
}

const readings: Mapping<Reading, Reading> = {
  hasUniqueKeys: false,
  keyOf: ({ key }) => key,
  map: (value) => (value.celsius < -273 ? { reject: 'colder than can be' } : { value, groups: ['celsius'] }),
  withEventTime: (value, atMs) => ({ ...value, atMs }),
  toInput: (value) => value,
  toLine: (value) => JSON.stringify(value),
};

async function openReadings(path: string) {
  const inputs = { paths: [path], sourcePrefix: '', report: new RecordingReporter() };
  const files = await openInputs(inputs, { missingHint: 'Name a file.', prepare: async (file) => file });
  const source = new FileSource({ files, read: readLines, labelOf: () => 'readings' });
  return { source, mapping: readings, words: { one: 'reading' } };
}

const kind: SeedKind = {
  name: 'readings',
  description: 'publish readings of a thermometer',
  argument: 'lines of JSON',
  options: [],
  examples: ['millrace seed readings today.ndjson'],
  hasEventTime: false,
  credentials: [],
  choose: ([path = ''], _flags) => ({ open: () => openReadings(path) }),
  next: () => [],
  toJson: commonJson,
};

describe('a third source', () => {
  const path = join(root, 'readings.ndjson');
  const line = (key: string, celsius: number) => `${JSON.stringify({ key, celsius })}\n`;
  const publish = async (options: Parameters<typeof seedInMemory>[1], topic = new MemoryTopic()) =>
    seedInMemory(await openReadings(path), options, { root, topic });

  beforeAll(() => writeFileSync(path, line('a', 1) + line('b', 2) + line('a', 3) + line('c', -300) + line('d', 4)));

  test('has a command with the options of all, but for those that need times of its own', () => {
    const help = seedKindCommand(() => Promise.reject(new Error('not opened')), kind).helpInformation();
    expect(help).toMatch(/readings \[options\] \[files\.\.\.\]/);
    expect(help).toMatch(/--rate[\s\S]*--spread[\s\S]*--resume/);
    expect(help).not.toMatch(/--speed|--shift-to-now/);
  });

  test('has the counts, rejects and groups of all', async () => {
    const { counts, groups, sent } = await publish({});
    expect(counts).toEqual({ read: 5, published: 3, rejected: 1, duplicates: 1 });
    expect(groups).toEqual({ celsius: 3 });
    expect(sent.map(({ key, value }) => [key, value.atMs])).toEqual(['a', 'b', 'd'].map((key) => [key, NOW]));
  });

  test('has --limit, --spread and --resume', async () => {
    const topic = new MemoryTopic();
    expect((await publish({ limit: 1 }, topic)).sent.map(({ key }) => key)).toEqual(['a']);
    const { sent, counts } = await publish({ isResuming: true, pace: { spreadMs: 4_000 } }, topic);
    expect(sent.map(({ key }) => key)).toEqual(['b', 'd']);
    expect(sent.map(({ value }) => value.atMs)).toEqual([NOW - 3_000, NOW]);
    expect(counts).toMatchObject({ published: 2, duplicates: 2, rejected: 1 });
  });

  test('is recorded and seeded again', async () => {
    const recordPath = join(root, 'again.ndjson');
    const first = await publish({ recordPath });
    const again = await seedInMemory(await openReadings(recordPath), {}, { root });
    expect(again.sent).toEqual(first.sent);
  });
});
