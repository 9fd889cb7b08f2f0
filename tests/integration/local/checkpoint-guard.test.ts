import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUTCOMES_FILE, type Outcome, outcomesKey, readRecordedOutcomes, rows } from '../../recorded-outcomes.js';
import { bootstrapServers } from '../kafka.js';
import { runInOneApplication } from '../one-application.js';

/**
 * The table of changed queries on real Spark. Its outcomes are on record, and unit tests hold the guard against them; here eight rows
 * are tried, of every sort, and all of them where the record is of another Spark, table or script, or in the long form.
 */
const ALWAYS = [
  'nothing, with parquet',
  'another key of the same type',
  'a key more',
  'another window',
  'a shorter gap of sessions',
  'a longer watermark, with parquet',
  'nothing, with two topics that are joined',
  'tolerated: recreated with more',
];
const IS_RECORDING = process.env.MILLRACE_TEST_RECORD === 'yes';
const IS_LONG = process.env.MILLRACE_TEST_LONG === 'yes' || IS_RECORDING;
const recorded = readRecordedOutcomes();
const isForAll = IS_LONG || recorded.key !== outcomesKey();
const tried = isForAll ? rows : rows.filter(({ name }) => ALWAYS.includes(name));
let outcomes: readonly Outcome[];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'changes-'));
  const [table, results] = [join(folder, 'table.json'), join(folder, 'results.json')];
  await writeFile(table, JSON.stringify(tried));
  console.log(await runInOneApplication('checkpoint_changes.py', [await bootstrapServers(), folder, table, results]));
  outcomes = JSON.parse(await readFile(results, 'utf8'));
  await rm(folder, { recursive: true });
  if (IS_RECORDING) await writeFile(OUTCOMES_FILE, `${JSON.stringify({ key: outcomesKey(), outcomes }, null, 2)}\n`);
});

describe('a changed query on the checkpoint of the one before', () => {
  test('all rows that are always tried are in the table', () => {
    expect(tried.length).toBeGreaterThanOrEqual(ALWAYS.length);
    expect(ALWAYS.filter((name) => !tried.some((row) => row.name === name))).toEqual([]);
  });

  test.each(tried.map(({ name }, index) => ({ name, index })))('$name: does what is on record', ({ name, index }) => {
    const { did, read, error } = outcomes[index] as Outcome;
    const known = (IS_RECORDING ? outcomes : recorded.outcomes).find((outcome) => outcome.name === name);
    expect({ name, did, read, error }).toMatchObject({ name, did: known?.did, read: known?.read });
  });
});
