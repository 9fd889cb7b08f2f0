import type { GuardAnswer as Answer } from '../src/runs/checkpoint/change.js';
import type { Fingerprint, Sink } from '../src/runs/checkpoint/fingerprint.js';

/** What the second run of a changed query does on the checkpoint of the first, held against a batch over the same records. */
export type OnSpark = 'goes on right' | 'goes on wrong' | 'fails';

/** What happens to the input topic between the two runs, beside the records that come. */
export type Between =
  | 'appended'
  | 'grown'
  | 'recreated with more'
  | 'recreated with fewer'
  | 'retention passed'
  | 'newer log';

export interface CheckpointChange {
  readonly name: string;
  readonly before: Fingerprint;
  readonly after: Fingerprint;
  readonly between: Between;
  readonly answer: Answer;
  readonly onSpark: OnSpark;
  /** Told by the offsets at hand, not by the fingerprints. */
  readonly isFoundByOffsets: boolean;
  /** Spark goes on right, and what is made of the result topic would not: results would be missing in parquet. */
  readonly isLostToParquet: boolean;
}

const toTopic: Sink = { query: 'topic', kind: 'kafka', to: 'means' };
const toParquet: Sink = { query: 'parquet', kind: 'parquet', to: 'out' };
const toFinalTopic: Sink = { query: 'parquet', kind: 'kafka', to: 'final' };

export const plainFingerprint: Fingerprint = {
  job: 'windowed-cars',
  cluster: 'one',
  topics: [{ name: 'cars', id: 'cars-1' }],
  keys: { make: 'string' },
  aggregates: { count: 'bigint', mean_price: 'double' },
  window: '10 minutes',
  slide: null,
  session: null,
  watermark: '5 minutes',
  sinks: [toTopic],
  sparkVersion: '4.2.0',
  template: 'aa',
  parameters: {},
  judgedParameters: [],
};

type Some = Partial<Fingerprint>;

interface Case {
  /** How the first query differs from the plain one. */
  readonly before?: Some;
  /** How the second differs from the first. */
  readonly after?: Some;
  readonly between?: Between;
  readonly isFoundByOffsets?: true;
  readonly isLostToParquet?: true;
}

function change(name: string, answer: Answer, onSpark: OnSpark, some: Case = {}): CheckpointChange {
  const before = { ...plainFingerprint, ...some.before };
  const { between = 'appended', isFoundByOffsets = false, isLostToParquet = false } = some;
  const after = { ...before, ...some.after };
  return { name, before, after, between, answer, onSpark, isFoundByOffsets, isLostToParquet };
}

const twoKeys = { keys: { make: 'string', model: 'string' } };
const madeAnew = { topics: [{ name: 'cars', id: 'cars-2' }] };
const parquetAlone = { sinks: [toParquet] };
const twoTopics = [...plainFingerprint.topics, { name: 'news', id: 'news-1' }];
const joined = { ...parquetAlone, topics: twoTopics, watermark: { cars: '5 minutes', news: '8 minutes' } };
const sessions = { window: null, session: '90 seconds', sinks: [toFinalTopic] };
const inMode = (outputMode: string) => ({ parameters: { outputMode } });

/**
 * Changes between two runs, what the guard says of each, and what Spark 4.2.0 does: one table for both. What one session on one
 * cluster cannot try is missing: a newer Spark on the checkpoint of an older one, and another Kafka cluster. `an older Spark` is this
 * Spark on a log of a later version.
 */
export const checkpointChanges: readonly CheckpointChange[] = [
  change('nothing', 'safe', 'goes on right'),
  change('nothing, with parquet', 'safe', 'goes on right', { before: parquetAlone }),
  change('the job is called otherwise', 'safe', 'goes on right', { after: { job: 'mean-cars' } }),
  change('another trigger', 'safe', 'goes on right', {
    after: { parameters: { trigger: '1 second' }, judgedParameters: ['trigger'] },
  }),
  change('more partitions', 'safe', 'goes on right', { between: 'grown' }),
  change('a slide as long as the window', 'safe', 'goes on right', { after: { slide: '10 minutes' } }),

  change('another input topic', 'refused', 'fails', { after: { topics: [{ name: 'news', id: 'news-1' }] } }),
  change('one more input topic', 'refused', 'fails', {
    after: { topics: twoTopics },
  }),
  change('the topic made anew with more records', 'refused', 'goes on wrong', {
    after: madeAnew,
    between: 'recreated with more',
  }),
  change('the topic made anew with fewer records', 'refused', 'fails', {
    after: madeAnew,
    between: 'recreated with fewer',
  }),
  change('retention passed the offset', 'refused', 'fails', { between: 'retention passed', isFoundByOffsets: true }),

  change('another key of the same type', 'refused', 'goes on wrong', { after: { keys: { model: 'string' } } }),
  change('a key of another type', 'refused', 'fails', {
    before: { keys: { year: 'int' } },
    after: { keys: { year: 'bigint' } },
  }),
  change('a key more', 'refused', 'fails', { after: twoKeys }),
  change('a key fewer', 'refused', 'fails', { before: twoKeys, after: { keys: { make: 'string' } } }),
  change('keys in another order', 'refused', 'goes on wrong', {
    before: twoKeys,
    after: { keys: { model: 'string', make: 'string' } },
  }),
  change('an aggregate more', 'refused', 'fails', {
    after: { aggregates: { ...plainFingerprint.aggregates, top_price: 'double' } },
  }),
  change('an aggregate fewer', 'refused', 'fails', { after: { aggregates: { count: 'bigint' } } }),
  change('another aggregate of the same type', 'refused', 'goes on wrong', {
    before: { aggregates: { top_price: 'double' } },
    after: { aggregates: { low_price: 'double' } },
  }),
  change('an aggregate of another type', 'refused', 'fails', {
    before: { aggregates: { top_price: 'double' } },
    after: { aggregates: { newest: 'int' } },
  }),
  change('another window', 'refused', 'goes on wrong', { after: { window: '5 minutes' } }),
  change('a slide', 'refused', 'fails', { after: { slide: '5 minutes' } }),
  change('another slide', 'refused', 'goes on wrong', {
    before: { slide: '5 minutes' },
    after: { slide: '2 minutes' },
  }),

  change('nothing, with sessions', 'safe', 'goes on right', { before: sessions }),
  change('a longer gap of sessions', 'refused', 'goes on wrong', {
    before: sessions,
    after: { session: '150 seconds' },
  }),
  change('a shorter gap of sessions', 'refused', 'goes on wrong', {
    before: sessions,
    after: { session: '50 seconds' },
  }),
  change('sessions instead of windows', 'refused', 'fails', {
    before: { sinks: [toFinalTopic] },
    after: { window: null, session: '90 seconds' },
  }),
  change('windows instead of sessions', 'refused', 'fails', {
    before: sessions,
    after: { window: '10 minutes', session: null },
  }),
  change('final results instead of every change', 'noted', 'goes on right', {
    before: inMode('update'),
    after: inMode('append'),
  }),
  change('every change instead of final results', 'refused', 'goes on right', {
    before: inMode('append'),
    after: inMode('update'),
    isLostToParquet: true,
  }),

  change('a longer watermark', 'noted', 'goes on right', { after: { watermark: '1 hour' } }),
  change('a shorter watermark', 'noted', 'goes on right', { after: { watermark: '1 minute' } }),
  change('a longer watermark, with parquet', 'noted', 'goes on right', {
    before: parquetAlone,
    after: { watermark: '12 minutes' },
  }),
  change('a shorter watermark, with parquet', 'noted', 'goes on right', {
    before: parquetAlone,
    after: { watermark: '2 minutes' },
  }),
  change('a watermark where none was', 'noted', 'goes on right', {
    before: { watermark: null },
    after: { watermark: '5 minutes' },
  }),
  change('no watermark any more', 'refused', 'fails', { before: parquetAlone, after: { watermark: null } }),

  change('nothing, with two topics that are joined', 'safe', 'goes on right', { before: joined }),
  change('a longer watermark of one of two topics', 'noted', 'goes on right', {
    before: joined,
    after: { watermark: { cars: '5 minutes', news: '12 minutes' } },
  }),
  change('a shorter watermark of one of two topics', 'noted', 'goes on right', {
    before: joined,
    after: { watermark: { cars: '5 minutes', news: '2 minutes' } },
  }),
  change('the other of two topics first', 'refused', 'fails', {
    before: joined,
    after: { topics: [...twoTopics].reverse() },
  }),
  change('one watermark for two topics that had one each', 'refused', 'fails', {
    before: joined,
    after: { watermark: '8 minutes' },
  }),

  change('another result topic', 'noted', 'goes on right', { after: { sinks: [{ ...toTopic, to: 'other-means' }] } }),
  change('another output folder', 'refused', 'fails', {
    before: parquetAlone,
    after: { sinks: [{ ...toParquet, to: 'out-2' }] },
  }),
  change('one query more', 'noted', 'goes on right', { after: { sinks: [toTopic, toParquet] } }),
  change('one query fewer', 'noted', 'goes on right', {
    before: { sinks: [toTopic, toParquet] },
    after: { sinks: [toTopic] },
  }),
  change('a topic instead of parquet', 'noted', 'goes on right', {
    before: parquetAlone,
    after: { sinks: [toFinalTopic] },
  }),
  change('parquet instead of a topic', 'refused', 'fails', { before: { sinks: [toFinalTopic] }, after: parquetAlone }),

  change('an older Spark', 'refused', 'fails', { after: { sparkVersion: '4.1.0' }, between: 'newer log' }),
  change('another text of the template', 'noted', 'goes on right', { after: { template: 'bb' } }),
  change('a filter', 'noted', 'goes on right', { after: { parameters: { floor: 20_000 } } }),
  change('other starting offsets', 'noted', 'goes on right', {
    before: { parameters: { startingOffsets: 'earliest' } },
    after: { parameters: { startingOffsets: 'latest' } },
  }),
];
