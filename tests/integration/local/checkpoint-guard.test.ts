import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGaps } from '../../../src/runs/checkpoint/find-gaps.js';
import { type Between, checkpointChanges, type OnSpark, plainFingerprint } from '../../checkpoint-changes.js';
import { bootstrapServers } from '../kafka.js';
import { runInOneApplication } from '../one-application.js';

interface Outcome {
  readonly name: string;
  readonly did: OnSpark;
  readonly error: string | null;
  /** Ids of the records that the second run has read, where the query groups by id. */
  readonly read: readonly string[];
}

interface Row {
  readonly name: string;
  readonly before: object;
  readonly after: object;
  readonly between: Between;
  readonly toleratesLoss: boolean;
}

/** The records of checkpoint_changes.py: A holds 16, the first of which has the id r0. */
const READ_BEFORE = 16;
const ids = (first: number, count: number) => Array.from({ length: count }, (_, index) => `r${first + index}`);

/** Where records are lost and that is tolerated: what the topic then holds, by offset. */
const losses: ReadonlyArray<{ between: Between; start: number; held: readonly string[] }> = [
  { between: 'recreated with more', start: 0, held: ids(100, 20) },
  { between: 'recreated with fewer', start: 0, held: ids(200, 5) },
  { between: 'retention passed', start: 20, held: ids(0, 24) },
];

const byId = { ...plainFingerprint, keys: { id: 'string' }, aggregates: { count: 'bigint' } };
const rows: readonly Row[] = [
  ...checkpointChanges.map((change) => ({ ...change, toleratesLoss: false })),
  ...losses.map(({ between }) => ({ name: between, before: byId, after: byId, between, toleratesLoss: true })),
];

let folder: string;
let outcomes: readonly Outcome[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'changes-'));
  outcomes = await tryOnSpark();
});
afterAll(() => rm(folder, { recursive: true }));

async function tryOnSpark(): Promise<readonly Outcome[]> {
  const [table, results] = [join(folder, 'table.json'), join(folder, 'results.json')];
  await writeFile(table, JSON.stringify(rows));
  const args = [await bootstrapServers(), folder, table, results];
  console.log(await runInOneApplication('checkpoint_changes.py', args));
  return JSON.parse(await readFile(results, 'utf8')) as Outcome[];
}

describe('a changed query on the checkpoint of the one before', () => {
  test.each(checkpointChanges.map(({ name, answer, onSpark }, index) => ({ name, answer, onSpark, index })))(
    '$name: $onSpark, so the answer is $answer',
    ({ name, answer, onSpark, index }) => {
      const { error, ...outcome } = outcomes[index] as Outcome;
      expect({ ...outcome, error }).toMatchObject({ name, did: onSpark });
      expect(answer === 'refused').toBe(outcome.did !== 'goes on right');
    },
  );
});

describe('a loss that is tolerated', () => {
  test.each(losses.map((loss, index) => ({ ...loss, index })))(
    '$between: Spark reads all but what the gaps name',
    ({ between, start, held, index }) => {
      const end = held.length;
      const partitions = [{ partition: 0, leader: 1, start, end, records: end - start }];
      const isMadeAnew = between.startsWith('recreated');
      const gaps = findGaps({ topic: 'cars', partitions, isMadeAnew }, { 0: READ_BEFORE });
      const isPassedOver = (offset: number) =>
        gaps.some(({ from, to }) => to !== null && offset >= from && offset < to);
      const first = isMadeAnew ? start : READ_BEFORE;
      const read = held.filter((_, offset) => offset >= first && !isPassedOver(offset));
      expect(outcomes[checkpointChanges.length + index]?.read).toEqual(read);
    },
  );
});
