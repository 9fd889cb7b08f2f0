import { judge } from '../../../../src/runs/explain/explain.js';
import type { ExplainFacts } from '../../../../src/runs/explain/facts.js';
import { toWords } from '../../../../src/runs/explain/wording/to-words.js';
import { explainDriverEnd } from '../../../../src/spark/failure-cause.js';
import {
  makeFacts,
  makeLook,
  makeProgress,
  makeTopic,
  NOW,
  noProgress,
  topicsOf,
} from '../../../fakes/explain-facts.js';
import { makeRunRecord } from '../../../fakes/run-record.js';

const explain = (facts: ExplainFacts) => toWords(judge(facts));

const { checkpoint } = makeFacts();
const streaming = makeFacts().record;
const noRows = {
  progress: noProgress,
  checkpoint: { ...(checkpoint as NonNullable<typeof checkpoint>), start: null, reached: null },
};
const filled = makeTopic('news', [63, 57, 69, 51]);
const batch = makeRunRecord({ run: 'train-car-price-1', kind: 'batch', trigger: null, generation: null });

const first = (some: Partial<ExplainFacts>) => explain(makeFacts(some)).findings[0];
const ruledOut = (some: Partial<ExplainFacts>) => explain(makeFacts(some)).ruledOut.map(({ id }) => id);

describe('the eight ways to have no rows', () => {
  test.each<[string, Partial<ExplainFacts>, string, string | null]>([
    [
      'the topic is empty',
      { ...noRows, topics: topicsOf(makeTopic('news', [0, 0])) },
      'topic-empty',
      'millrace seed news',
    ],
    [
      'no record can be read',
      {
        progress: makeProgress({
          topic: { eventTime: {}, stateOperators: [], sink: { numOutputRows: 0 } },
          'dead-letters': { sink: { numOutputRows: 240 } },
          parquet: null,
        }),
        deadLetter: { topic: 'news', partition: 2, offset: 1, reason: 'the value is not the JSON that was expected' },
      },
      'dead-letters',
      'millrace topic tail windowed-news.dead-letters',
    ],
    ['no window has closed', {}, 'window-open', null],
    [
      'all rows are late',
      {
        progress: makeProgress({
          topic: { stateOperators: [{ numRowsDroppedByWatermark: 240 }], sink: { numOutputRows: 0 } },
          parquet: null,
        }),
      },
      'late-rows',
      null,
    ],
    ['the topic was deleted', { topics: topicsOf() }, 'topic-missing', 'millrace seed news'],
    [
      'the topic was created again',
      { topics: topicsOf(makeTopic('news', [100, 100, 100, 100])), topicIds: new Map([['news', 'id-2']]) },
      'topic-recreated',
      "millrace runs stop windowed-news-1 && millrace submit windowed-news --set watermark='1 minute' --new-checkpoint",
    ],
    [
      'other runs hold the cores',
      {
        ...noRows,
        status: { state: 'starting', exitCode: null, note: null },
        scheduler: makeLook([
          { name: 'windowed-cars-2', cores: 2 },
          { name: 'windowed-news-1', cores: 0 },
        ]),
      },
      'no-cores',
      'millrace runs stop windowed-cars-2',
    ],
    [
      'the executor is lost',
      { losses: { count: 1, reason: 'worker lost: 127.0.0.1:45019 got disassociated', isReplaced: false } },
      'executor-lost',
      'millrace cluster status',
    ],
  ])('%s', (_, some, id, command) => {
    expect(first(some)).toMatchObject({ id, command, likelihood: 'certain' });
  });
});

describe('the other ways', () => {
  test.each<[string, Partial<ExplainFacts>, string, string | null]>([
    [
      'it failed',
      {
        status: { state: 'failed', exitCode: 137, note: null },
        failure: explainDriverEnd('', 137),
      },
      'failed',
      'millrace runs restart windowed-news-1',
    ],
    [
      'a power cut has torn its checkpoint',
      {
        status: { state: 'failed', exitCode: 1, note: null },
        failure: explainDriverEnd(
          'Traceback (most recent call last):\nIllegalStateException: Incomplete log file\n',
          1,
        ),
      },
      'failed',
      'millrace runs repair windowed-news',
    ],
    [
      'its machine was restarted',
      {
        status: { state: 'lost', exitCode: 0, note: 'the machine was restarted while it ran' },
        failure: { code: 'lost', words: 'the machine was restarted while it ran', isTransient: true, cure: null },
      },
      'failed',
      'millrace runs restart windowed-news-1',
    ],
    [
      'its broker is gone',
      { topics: null, topicIds: null, waiting: null },
      'broker-unreachable',
      'millrace cluster status',
    ],
    [
      'its cluster is down',
      { topics: null, topicIds: null, waiting: null, bootstrapServers: null, scheduler: null },
      'broker-unreachable',
      'millrace cluster up',
    ],
    [
      'it is starting',
      { ...noRows, status: { state: 'starting', exitCode: null, note: null }, waiting: 240 },
      'starting',
      'millrace runs list',
    ],
    [
      'it was stopped before it had read any',
      { ...noRows, waiting: 240, status: { state: 'stopped', exitCode: 0, note: null } },
      'unread',
      'millrace runs restart windowed-news-1',
    ],
    ['its first batch is at work', { ...noRows, waiting: 240 }, 'first-batch', null],
    [
      'it began at the end of the topic',
      {
        progress: noProgress,
        waiting: 0,
        checkpoint: {
          ...(checkpoint as NonNullable<typeof checkpoint>),
          start: { news: { 0: 63, 1: 57, 2: 69, 3: 51 } },
        },
      },
      'read-from-end',
      "millrace runs stop windowed-news-1 && millrace submit windowed-news --set watermark='1 minute' --new-checkpoint",
    ],
    [
      'an earlier run has read it all',
      {
        progress: noProgress,
        status: { state: 'succeeded', exitCode: 0, note: null },
        record: { ...streaming, trigger: 'available-now' },
      },
      'already-read',
      "millrace submit windowed-news --set watermark='1 minute' --trigger available-now --new-checkpoint",
    ],
    [
      'a batch refused',
      {
        record: batch,
        status: { state: 'failed', exitCode: 1, note: null },
        progress: noProgress,
        batch: { error: 'there are only 3 listings', rowsRead: null, leftOut: {} },
      },
      'refused',
      null,
    ],
  ])('%s', (_, some, id, command) => {
    expect(first(some)).toMatchObject({ id, command, likelihood: 'certain' });
  });

  test.each<[string, Partial<ExplainFacts>, string, object]>([
    [
      'some records cannot be read',
      { progress: makeProgress({ 'dead-letters': { sink: { numOutputRows: 2 } } }) },
      'dead-letters',
      { likelihood: 'partly', share: 2 / 240, numbers: { deadLetters: 2, read: 240, example: null } },
    ],
    [
      'some rows are late',
      {
        progress: makeProgress({
          topic: {
            stateOperators: [{ numRowsTotal: 9, numRowsDroppedByWatermark: 12 }],
            eventTime: {
              max: '2026-11-24T15:38:32.000Z',
              min: '2026-11-24T15:25:03.000Z',
              watermark: '2026-11-24T15:37:32.000Z',
            },
          },
        }),
      },
      'late-rows',
      {
        likelihood: 'partly',
        share: 12 / 240,
        command:
          "millrace runs stop windowed-news-1 && millrace submit windowed-news --set watermark='14 minutes' --new-checkpoint",
      },
    ],
    [
      'an event of the future moved the watermark',
      {
        progress: makeProgress({
          topic: {
            stateOperators: [{ numRowsTotal: 9, numRowsDroppedByWatermark: 12 }],
            eventTime: {
              max: '2026-11-24T16:40:00.000Z',
              min: '2026-11-24T15:39:50.000Z',
              watermark: '2026-11-24T15:39:00.000Z',
            },
          },
        }),
      },
      'future-event',
      {
        likelihood: 'likely',
        numbers: { aheadSeconds: 3600, droppedAsLate: 12, newestEvent: '2026-11-24T16:40:00.000Z' },
      },
    ],
    [
      'it has not come to the end',
      { waiting: 60 },
      'unread',
      { likelihood: 'partly', share: 0.2, command: null, details: ['the last batch read 15.3 a second'] },
    ],
    [
      'it is stuck',
      { waiting: 60, nowMs: NOW + 600_000, newestRecordMs: NOW },
      'unread',
      { likelihood: 'likely', details: ['no batch was committed for 10 minutes'], command: 'millrace cluster status' },
    ],
    [
      'it was idle, and records have just come',
      { waiting: 60, nowMs: NOW + 600_000, newestRecordMs: NOW + 599_000 },
      'unread',
      { likelihood: 'partly' },
    ],
    [
      'the topics of a script are not known yet',
      { ...noRows, checkpoint: null, reads: [], waiting: 0 },
      'first-batch',
      { likelihood: 'likely', words: 'No batch is committed yet, and its topics are not known yet.' },
    ],
    [
      'it was stopped before',
      { waiting: 60, status: { state: 'stopped', exitCode: 0, note: null } },
      'unread',
      { likelihood: 'partly', command: 'millrace runs restart windowed-news-1' },
    ],
    [
      'executors were lost and came back',
      { losses: { count: 2, reason: 'Command exited with code 137', isReplaced: true } },
      'executor-lost',
      { likelihood: 'aside', words: 'It lost its executor 2 times.' },
    ],
    [
      'its driver was started again',
      {
        attempts: [
          {
            number: 1,
            startedAt: '2026-11-24T15:38:50Z',
            endedAt: '2026-11-24T15:39:00Z',
            exitCode: 137,
            application: null,
            cause: explainDriverEnd('', 137),
          },
        ],
      },
      'restarted',
      {
        likelihood: 'aside',
        words: 'Its driver ended and was started again, once.',
        details: ['the last ended: killed (137), perhaps out of memory'],
      },
    ],
    [
      'the topic was emptied since',
      { topics: topicsOf(makeTopic('news', [0], 240)) },
      'topic-empty',
      { likelihood: 'aside' },
    ],
    ['the master is gone', { scheduler: null }, 'master-unreachable', { likelihood: 'aside' }],
    [
      'a batch left rows out',
      {
        record: batch,
        status: { state: 'succeeded', exitCode: 0, note: null },
        progress: noProgress,
        batch: { error: null, rowsRead: 3668, leftOut: { unpriced: 0, duplicate: 3, generated: 3000 } },
      },
      'left-out',
      { share: 3003 / 3668, details: ['duplicate 3, generated 3,000'] },
    ],
  ])('%s', (_, some, id, finding) => {
    expect(explain(makeFacts(some)).findings.find((found) => found.id === id)).toMatchObject(finding);
  });
});

test('a run that began at the end of a topic has not read its earlier records', () => {
  const end = { news: { 0: 63, 1: 57, 2: 69, 3: 51 } };
  const { findings } = explain(
    makeFacts({
      record: { ...streaming, script: '/mine.py' },
      checkpoint: { ...noRows.checkpoint, start: end, reached: end },
      progress: noProgress,
    }),
  );
  expect(findings.map(({ id, command }) => [id, command])).toEqual([['read-from-end', null]]);
});

describe('a run without cores', () => {
  const waiting = { ...noRows, status: { state: 'starting', exitCode: null, note: null } as const };
  const own = { name: 'windowed-news-1', cores: 0 };

  test.each([
    [
      'there is no worker',
      makeLook([own], { isAlive: false }),
      'no worker is alive that is big enough',
      'millrace cluster up',
    ],
    [
      'no worker is big enough',
      makeLook([own], { memoryMb: 256 }),
      'no worker is alive that is big enough',
      'millrace cluster status',
    ],
    [
      'another one holds them',
      makeLook([own, { name: 'b-1', cores: 2 }]),
      '0 of 2 are free: b-1 holds 2',
      'millrace runs stop b-1',
    ],
  ])('says that %s', (_, scheduler, detail, command) => {
    expect(first({ ...waiting, scheduler })).toMatchObject({ id: 'no-cores', details: [detail], command });
  });

  test('may be queued, without a driver', () => {
    const queued = { state: 'queued', exitCode: null, note: null } as const;
    expect(first({ ...noRows, status: queued, scheduler: makeLook([{ name: 'b-1', cores: 2 }]) })).toMatchObject({
      id: 'no-cores',
      words: 'It waits for 1 core with 512m.',
      numbers: { free: 0, total: 2, wanted: 1, holders: [{ name: 'b-1', cores: 2 }] },
    });
  });

  test('leaves out how much room there is if the scheduler does not tell it', () => {
    const scheduler = { ...makeLook([own]), nodes: 'not told' as const };
    const finding = first({ ...waiting, scheduler });
    expect(finding).toMatchObject({ id: 'no-cores', details: [], command: 'millrace cluster status' });
    expect(Object.keys(finding?.numbers ?? {})).toEqual(['cores', 'executorMemory', 'driverMemory']);
  });

  test('is seen in its own log if the master does not answer', () => {
    expect(first({ ...waiting, scheduler: null, isWaitingForExecutors: true })).toMatchObject({ id: 'no-cores' });
  });

  test('is not starting as well', () => {
    expect(ruledOut({ ...waiting, scheduler: makeLook([own]) })).toContain('starting');
  });
});

describe('judge', () => {
  test('says how the run is doing and rules out the rest', () => {
    const { verdict, ruledOut, unchecked } = explain(makeFacts());
    expect(verdict).toBe('runs well; 240 records read, 22 results, 0 rows in parquet');
    expect(ruledOut.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'topic missing',
        'topic empty',
        'read from the end',
        'late rows',
        'no cores',
        'lost executor',
        'topic created again',
      ]),
    );
    expect(unchecked).toEqual([]);
  });

  test('says nothing about sources that did not answer', () => {
    const { findings, unchecked } = explain(makeFacts({ topics: null, topicIds: null, waiting: null }));
    expect(findings[0]?.id).toBe('broker-unreachable');
    expect(unchecked.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['topic-missing', 'topic-recreated', 'topic-empty', 'read-from-end', 'unread']),
    );
  });

  test('only ids can rule out that a topic was created again; offsets alone can show it', () => {
    const withoutIds = explain(makeFacts({ topicIds: null }));
    expect(withoutIds.unchecked.map(({ id }) => id)).toContain('topic-recreated');
    const shorter = explain(makeFacts({ topicIds: null, topics: topicsOf(makeTopic('news', [10, 0, 0, 0])) }));
    expect(shorter.findings[0]).toMatchObject({ id: 'topic-recreated', numbers: { reached: 240, end: 10 } });
  });

  test('one cause is certain, the others come on top', () => {
    const { findings } = explain(makeFacts({ topics: topicsOf() }));
    expect(findings.map(({ id, likelihood }) => [id, likelihood])).toEqual([
      ['topic-missing', 'certain'],
      ['window-open', 'likely'],
    ]);
  });

  test('dead letters explain it all only where nothing else was read', () => {
    const progress = makeProgress({
      topic: { numInputRows: 4 },
      'dead-letters': { numInputRows: 3, sink: { numOutputRows: 3 } },
      parquet: null,
    });
    const { findings } = explain(makeFacts({ progress }));
    expect(findings.map(({ id, likelihood }) => [id, likelihood])).toEqual([
      ['window-open', 'certain'],
      ['dead-letters', 'partly'],
    ]);
  });

  test('the bigger share comes first', () => {
    const progress = makeProgress({
      'dead-letters': { sink: { numOutputRows: 100 } },
      parquet: { stateOperators: [{ numRowsTotal: 2, numRowsRemoved: 20 }] },
    });
    expect(explain(makeFacts({ progress, topics: topicsOf(filled) })).findings.map(({ id }) => id)).toEqual([
      'dead-letters',
      'window-open',
    ]);
  });

  test.each<[string, Partial<ExplainFacts>, string]>([
    ['starts', { ...noRows, status: { state: 'starting', exitCode: null, note: null } }, 'has not started yet'],
    ['has read nothing', { ...noRows, topics: topicsOf(makeTopic('news', [0])) }, 'runs; it has read nothing'],
    ['stands still', { topics: topicsOf() }, 'stands still; 240 records read, 22 results, 0 rows in parquet'],
    [
      'has ended',
      { status: { state: 'stopped', exitCode: 0, note: null } },
      'stopped; 240 records read, 22 results, 0 rows in parquet',
    ],
    [
      'goes on in a checkpoint',
      { progress: makeProgress({ topic: { batchId: 7 } }) },
      'runs well; 240 records read, 22 results, 0 rows in parquet, by this run alone',
    ],
    [
      'is a batch at work',
      { record: batch, reads: ['cars'], progress: noProgress, topics: topicsOf(makeTopic('cars', [9])) },
      'runs; a batch reports what it read at its end',
    ],
    [
      'is a batch that has ended',
      {
        record: batch,
        progress: noProgress,
        status: { state: 'succeeded', exitCode: 0, note: null },
        batch: { error: null, rowsRead: 300, leftOut: {} },
      },
      'succeeded; 300 rows read',
    ],
  ])('has a word for a run that %s', (_, some, verdict) => {
    expect(explain(makeFacts(some)).verdict).toBe(verdict);
  });

  test('says nothing of windows where there are none', () => {
    const facts = makeFacts({
      record: batch,
      reads: ['cars'],
      progress: noProgress,
      checkpoint: null,
      topics: topicsOf(makeTopic('cars', [9])),
      scheduler: makeLook([{ name: batch.run, cores: 2 }]),
    });
    expect(explain(facts).findings).toEqual([]);
    expect(explain(facts).ruledOut.map(({ id }) => id)).not.toContain('window-open');
  });
});
