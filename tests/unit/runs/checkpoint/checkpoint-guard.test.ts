import { judgeChanges } from '../../../../src/runs/checkpoint/checkpoint-guard.js';
import { findGaps } from '../../../../src/runs/checkpoint/find-gaps.js';
import type { Fingerprint } from '../../../../src/runs/checkpoint/fingerprint.js';
import { checkpointChanges, plainFingerprint } from '../../../checkpoint-changes.js';
import { losses, outcomesKey, READ_BEFORE, readRecordedOutcomes, rows } from '../../../recorded-outcomes.js';

const judge = (after: Partial<Fingerprint>, before: Partial<Fingerprint> = {}) =>
  judgeChanges({ ...plainFingerprint, ...before }, { ...plainFingerprint, ...before, ...after });
const words = (after: Partial<Fingerprint>, before: Partial<Fingerprint> = {}) =>
  judge(after, before).changes.map((change) => change.words);

describe('judgeChanges', () => {
  test.each(checkpointChanges.filter(({ isFoundByOffsets }) => !isFoundByOffsets))(
    '$name: $answer, since Spark $onSpark',
    ({ before, after, answer, onSpark, isLostToParquet }) => {
      expect(judgeChanges(before, after).answer).toBe(answer);
      expect(answer === 'refused').toBe(onSpark !== 'goes on right' || isLostToParquet);
    },
  );

  test('the table holds what it must', () => {
    expect(checkpointChanges.length).toBeGreaterThanOrEqual(18);
    expect(new Set(checkpointChanges.map(({ name }) => name)).size).toBe(checkpointChanges.length);
  });

  test('a newer Spark is noted, also where its number only looks smaller', () => {
    expect(judge({ sparkVersion: '4.10.0' })).toMatchObject({
      answer: 'noted',
      changes: [{ words: 'sparkVersion was 4.2.0, is 4.10.0' }],
    });
    expect(judge({ sparkVersion: '4.9.0' }, { sparkVersion: '4.10.0' }).answer).toBe('refused');
  });

  test.each<[Partial<Fingerprint>, string]>([
    [{ window: '5 minutes' }, 'window was 10 minutes, is 5 minutes'],
    [{ slide: '5 minutes' }, 'slide was none, is 5 minutes'],
    [{ session: '5 minutes' }, 'session was none, is 5 minutes'],
    [{ watermark: null }, 'watermark was 5 minutes, is none'],
    [{ keys: { model: 'string' } }, 'keys was {"make":"string"}, is {"model":"string"}'],
    [{ topics: [{ name: 'news', id: null }] }, 'topics was cars, is news'],
    [{ topics: [{ name: 'cars', id: 'cars-2' }] }, 'topic cars was created again (its id was cars-1, is cars-2)'],
    [{ topics: [{ name: 'cars', id: null }] }, 'topic cars is gone'],
    [{ sinks: [{ query: 'topic', kind: 'kafka', to: 'b' }] }, 'result topic was means, is b'],
    [{ sinks: [{ query: 'topic', kind: 'parquet', to: 'b' }] }, 'result topic was kafka means, is parquet b'],
    [{ parameters: { floor: 1 } }, 'floor was none, is 1'],
    [{ template: 'bb' }, 'the text of the template has changed'],
  ])('a change of %j is said in words', (after, said) => {
    expect(words(after)).toEqual([said]);
  });

  test('names the topic whose watermark has changed', () => {
    const before = { watermark: { news: '30 minutes', cars: '10 minutes' } };
    expect(words({ watermark: { news: '2 hours', cars: '10 minutes' } }, before)).toEqual([
      'watermark of news was 30 minutes, is 2 hours',
    ]);
    expect(judge({ watermark: { news: null, cars: '10 minutes' } }, before).answer).toBe('refused');
  });

  test('names every change, refused or not', () => {
    const { answer, changes } = judge({ window: '1 hour', watermark: '1 hour' });
    expect(answer).toBe('refused');
    expect(changes.map((change) => change.answer)).toEqual(['refused', 'noted']);
  });

  test('a parameter that the window comes from is named once', () => {
    const judgedParameters = ['window'];
    const before = { parameters: { window: '10 minutes' }, judgedParameters };
    expect(words({ window: '5 minutes', parameters: { window: '5 minutes' } }, before)).toEqual([
      'window was 10 minutes, is 5 minutes',
    ]);
  });

  test('what an older millrace did not write down is not compared', () => {
    const unknown = { template: null, parameters: null, topics: [{ name: 'cars', id: null }] };
    expect(judgeChanges({ ...plainFingerprint, ...unknown }, plainFingerprint)).toEqual({
      answer: 'safe',
      changes: [],
    });
  });

  test('aggregates that were not written down may be others, which is noted', () => {
    expect(judge({ aggregates: { count: 'bigint' } }, { aggregates: null })).toMatchObject({
      answer: 'noted',
      changes: [{ field: 'aggregates', words: 'the aggregates of the checkpoint were not written down' }],
    });
    expect(judge({}, { aggregates: null }).changes).toEqual([]);
    expect(judge({ aggregates: null }).changes).toEqual([]);
  });
});

describe('what Spark did with each change, as it is on record', () => {
  const { key, outcomes } = readRecordedOutcomes();

  // `npm run record:guard` tries the whole table again and writes the record.
  test('is of this Spark, this table and this script', () => {
    expect(key).toBe(outcomesKey());
    expect(outcomes.map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
  });

  test.each(checkpointChanges)(
    '$name: $onSpark, and the answer is $answer',
    ({ name, answer, onSpark, isLostToParquet }) => {
      const outcome = outcomes.find((one) => one.name === name);
      expect(outcome).toMatchObject({ name, did: onSpark });
      expect(answer === 'refused').toBe(outcome?.did !== 'goes on right' || isLostToParquet);
    },
  );

  test.each(losses)(
    'a loss by "$between" that is tolerated: all is read but what the gaps name',
    ({ between, start, held }) => {
      const end = held.length;
      const partitions = [{ partition: 0, leader: 1, start, end, stable: end, offsets: end - start }];
      const isRecreated = between.startsWith('recreated');
      const gaps = findGaps({ topic: 'cars', partitions, isRecreated }, { 0: READ_BEFORE });
      const isPassedOver = (offset: number) =>
        gaps.some(({ from, to }) => to !== null && offset >= from && offset < to);
      const first = isRecreated ? start : READ_BEFORE;
      const read = held.filter((_, offset) => offset >= first && !isPassedOver(offset));
      expect(outcomes.find(({ name }) => name === `tolerated: ${between}`)?.read).toEqual(read);
    },
  );
});
