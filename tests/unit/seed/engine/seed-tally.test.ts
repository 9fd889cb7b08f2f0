import type { SeedItem } from '../../../../src/seed/engine/publish-records.js';
import { SeedTally } from '../../../../src/seed/engine/seed-tally.js';

const before = { sources: { 'old.csv': 7 }, endOffsets: 7, newestEventMs: 100 };
type Noted = readonly [source: string, item: SeedItem, eventMs?: number];
const record = (source: string, eventMs = 0): Noted => [source, { record: { key: 'k', value: '{}' } }, eventMs];
const reject = (source: string): Noted => [source, { reject: { position: `${source}:2`, reason: 'blank', input: [] } }];

/** The tally after these items went by. */
function tallyOf(...items: readonly Noted[]): SeedTally {
  const tally = new SeedTally(before);
  for (const noted of items) tally.note(...noted);
  return tally;
}

describe('SeedTally', () => {
  test('notes every source before the first record, so that a killed seed is noticed', () => {
    const sources = { 'old.csv': 7, 'aa.csv': 0, 'bb.csv': 0 };
    expect(new SeedTally(before).ledgerAtStart(['old.csv', 'aa.csv', 'bb.csv'], 7)).toEqual({ ...before, sources });
  });

  test('at the end leaves out the sources that were never reached, and keeps the earlier ones', () => {
    const tally = tallyOf(record('aa.csv'), record('aa.csv'));
    tally.ledgerAtStart(['aa.csv', 'bb.csv'], 7);
    expect(tally.ledger(9)).toEqual({ sources: { 'old.csv': 7, 'aa.csv': 2 }, endOffsets: 9, newestEventMs: 100 });
  });

  test('keeps a source of which everything was rejected', () => {
    expect(tallyOf(reject('aa.csv')).ledger(7).sources).toEqual({ 'old.csv': 7, 'aa.csv': 0 });
  });

  test('adds to what was appended to, and keeps the newest event time', () => {
    const tally = tallyOf(record('old.csv', 300), record('old.csv', 200));
    expect(tally.ledger(9)).toEqual({ sources: { 'old.csv': 9 }, endOffsets: 9, newestEventMs: 300 });
  });
});
