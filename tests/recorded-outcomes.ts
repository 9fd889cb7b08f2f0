import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packagePath } from '../src/project/package-files.js';
import { parseLock } from '../src/provision/lock-file.js';
import { type Between, checkpointChanges, type OnSpark, plainFingerprint } from './checkpoint-changes.js';

/** What the second run of a row did on Spark. */
export interface Outcome {
  readonly name: string;
  readonly did: OnSpark | 'cannot be tried';
  readonly error: string | null;
  /** Ids of the records that the second run has read, where the query groups by id. */
  readonly read: readonly string[];
}

/** A row of the table as `checkpoint_changes.py` takes it. */
export interface Row {
  readonly name: string;
  readonly before: object;
  readonly after: object;
  readonly between: Between;
  readonly toleratesLoss: boolean;
}

export interface RecordedOutcomes {
  /** Of the Spark, the table and the script that gave them. */
  readonly key: string;
  readonly outcomes: readonly Outcome[];
}

/** The records of checkpoint_changes.py: the first run reads 16, the first of which has the id r0. */
export const READ_BEFORE = 16;
const ids = (first: number, count: number) => Array.from({ length: count }, (_, index) => `r${first + index}`);

/** Where records are lost and that is tolerated: what the topic then holds, by offset. */
export const losses: ReadonlyArray<{ between: Between; start: number; held: readonly string[] }> = [
  { between: 'recreated with more', start: 0, held: ids(100, 20) },
  { between: 'recreated with fewer', start: 0, held: ids(200, 5) },
  { between: 'retention passed', start: 20, held: ids(0, 24) },
];

const byId = { ...plainFingerprint, keys: { id: 'string' }, aggregates: { count: 'bigint' } };
export const rows: readonly Row[] = [
  ...checkpointChanges.map(({ name, before, after, between }) => ({
    name,
    before,
    after,
    between,
    toleratesLoss: false,
  })),
  ...losses.map(({ between }) => ({
    name: `tolerated: ${between}`,
    before: byId,
    after: byId,
    between,
    toleratesLoss: true,
  })),
];

const RECORD = packagePath('tests', 'checkpoint-outcomes.json');
export const SCRIPT = packagePath('tests', 'integration', 'local', 'checkpoint_changes.py');

/** Another Spark, another table or another script may give other outcomes: then this is another key. */
export function outcomesKey(): string {
  const { spark } = parseLock(readFileSync(packagePath('src', 'provision', 'artifacts.lock.json'), 'utf8'));
  const hash = createHash('sha256').update(JSON.stringify(rows)).update(readFileSync(SCRIPT));
  return `Spark ${spark}, table and script ${hash.digest('hex').slice(0, 16)}`;
}

export function readRecordedOutcomes(): RecordedOutcomes {
  return JSON.parse(readFileSync(RECORD, 'utf8')) as RecordedOutcomes;
}

export { RECORD as OUTCOMES_FILE };
