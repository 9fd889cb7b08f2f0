import { join } from 'node:path';
import { parseOffsetLog, readResumeOffsets } from '../../../src/spark/offset-log.js';
import { LocalFiles } from '../../../src/targets/local/local-files.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
let count = 0;

/** As Spark 4.2.0 wrote it, with less of its `conf`. */
const log = (...sources: string[]) =>
  [
    'v1',
    '{"batchWatermarkMs":0,"batchTimestampMs":1795533629952,"conf":{"spark.sql.shuffle.partitions":"2"}}',
    ...sources,
  ].join('\n');
const commit = 'v1\n{"nextBatchWatermarkMs":1767261900000}';

async function query(files: Readonly<Record<string, string>>): Promise<LocalFiles> {
  const data = new LocalFiles(join(root, String(++count)));
  for (const [file, text] of Object.entries(files)) await data.put(`q/${file}`, text);
  return data;
}

describe('parseOffsetLog', () => {
  test.each<[string, string, unknown]>([
    ['one source', log('{"cars":{"0":16,"1":0}}'), { cars: { 0: 16, 1: 0 } }],
    ['two sources', log('{"cars":{"0":16}}', '{"news":{"3":2}}'), { cars: { 0: 16 }, news: { 3: 2 } }],
    ['a source that has given nothing', log('-', '{"news":{"3":2}}'), { news: { 3: 2 } }],
    ['a source that is not Kafka', log('{"logOffset":3}', '{"timestamp":{"value":"x"}}', '7'), {}],
    ['a version that nobody here knows', log('{"cars":{"0":16}}').replace('v1', 'v2'), undefined],
    ['half a file', '', undefined],
  ])('%s', (_, text, offsets) => {
    expect(parseOffsetLog(text)).toEqual(offsets);
  });
});

describe('readResumeOffsets', () => {
  const resume = async (files: Readonly<Record<string, string>>) => readResumeOffsets(await query(files), 'q');
  const at = (offset: number) => log(`{"cars":{"0":${offset}}}`);

  test('is unknown where nothing was planned', async () => {
    expect(await resume({ metadata: '{}' })).toBeUndefined();
  });

  test('is the end of the newest batch that was committed, by number and not by name', async () => {
    const files = { 'offsets/9': at(90), 'commits/9': commit, 'offsets/10': at(100), 'commits/10': commit };
    expect(await resume({ ...files, 'offsets/.10.crc': 'x' })).toEqual({ cars: { 0: 100 } });
  });

  test('is the end of the batch before one that was not committed: that one is read again', async () => {
    expect(await resume({ 'offsets/9': at(90), 'commits/9': commit, 'offsets/10': at(100) })).toEqual({
      cars: { 0: 90 },
    });
  });

  test('is where the sources began when the first batch was not committed', async () => {
    expect(await resume({ 'offsets/0': at(5), 'sources/0/0': '\0v1\n{"cars":{"0":2}}' })).toEqual({ cars: { 0: 2 } });
  });

  test('refuses a log of a form that it does not know', async () => {
    expect(await failureOf(resume({ 'offsets/0': at(5).replace('v1', 'v2'), 'commits/0': commit }))).toMatchObject({
      code: 'OFFSET_LOG_UNREADABLE',
      exitCode: 2,
      file: 'q/offsets/0',
    });
  });
});
