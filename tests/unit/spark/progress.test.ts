import { parseProgress } from '../../../src/spark/progress.js';

const offsets = { news: { 0: 63, 1: 57, 2: 69, 3: 51 } };

/** A StreamingQueryProgress as Spark 4.2 writes it, shortened where nothing is read. */
const topicBatch = {
  id: '0f5c8a2e-6a3b-4d0f-9a55-1a0cb2d0a001',
  runId: 'c56ee31c-f23f-4cd4-bdcc-9a6f3b0d7f42',
  name: 'topic',
  timestamp: '2026-11-24T15:08:12.689Z',
  batchId: 3,
  batchDuration: 15637,
  numInputRows: 240,
  processedRowsPerSecond: 15.3,
  durationMs: { addBatch: 14113, commitOffsets: 42, triggerExecution: 15636, walCommit: 84 },
  eventTime: {
    avg: '2026-11-18T09:01:02.871Z',
    max: '2026-11-18T09:59:32.000Z',
    min: '2026-11-18T08:01:57.000Z',
    watermark: '1970-01-01T00:00:00.000Z',
  },
  stateOperators: [
    { operatorName: 'stateStoreSave', numRowsTotal: 322, numRowsRemoved: 4, numRowsDroppedByWatermark: 2 },
    { numRowsDroppedByWatermark: 1 },
  ],
  sources: [{ description: 'KafkaV2[Subscribe[news]]', startOffset: null, endOffset: offsets, numInputRows: 240 }],
  sink: { description: 'KafkaTable', numOutputRows: 322 },
};
const nothing = {
  query: 'query',
  runId: null,
  batchId: 1,
  at: null,
  durationMs: null,
  rowsRead: 0,
  rowsPerSecond: null,
  rowsWritten: 0,
  droppedAsLate: 0,
  refused: 0,
  stateRows: 0,
  watermark: null,
  newestEvent: null,
  oldestEvent: null,
  endOffsets: null,
  events: [],
};

describe('parseProgress', () => {
  test('takes from each line what is used', () => {
    expect(parseProgress(`${JSON.stringify(topicBatch)}\n`)).toEqual([
      {
        query: 'topic',
        runId: 'c56ee31c-f23f-4cd4-bdcc-9a6f3b0d7f42',
        batchId: 3,
        at: '2026-11-24T15:08:12.689Z',
        durationMs: 15636,
        rowsRead: 240,
        rowsPerSecond: 15.3,
        rowsWritten: 322,
        droppedAsLate: 3,
        refused: 0,
        stateRows: 322,
        watermark: '1970-01-01T00:00:00.000Z',
        newestEvent: '2026-11-18T09:59:32.000Z',
        oldestEvent: '2026-11-18T08:01:57.000Z',
        endOffsets: offsets,
        events: [],
      },
    ]);
  });

  test('knows no rate and no times of events of a batch without rows', () => {
    const line = {
      ...topicBatch,
      numInputRows: 0,
      processedRowsPerSecond: 0.0,
      eventTime: { watermark: '2026-11-18T09:58:32.000Z' },
    };
    expect(parseProgress(JSON.stringify(line))).toMatchObject([
      {
        rowsPerSecond: null,
        newestEvent: null,
        oldestEvent: null,
        watermark: '2026-11-18T09:58:32.000Z',
      },
    ]);
  });

  test.each<[string, object, number]>([
    ['what the script has counted', { observedMetrics: { written: { rows: 7 } } }, 7],
    ['what left the state, where it counts nothing', {}, 4],
    ['nothing, where the sink is of another kind', { sink: { description: 'ForeachBatchSink', numOutputRows: -1 } }, 0],
  ])('takes for the rows of a sink that does not tell %s', (_, some, rowsWritten) => {
    const line = { ...topicBatch, sink: { description: 'FileSink[file:/out]', numOutputRows: -1 }, ...some };
    expect(parseProgress(JSON.stringify(line))).toMatchObject([{ rowsWritten }]);
  });

  test('gives the events of each topic where the script tells of them, and the newest and oldest of all', () => {
    const observedMetrics = {
      'read:news': { rows: 3, newest_event_ms: 1_790_000_000_000, oldest_event_ms: 1_780_000_000_000 },
      'read:cars': { rows: 0, newest_event_ms: null, oldest_event_ms: null },
      written: { rows: 2 },
      'mine:x': { rows: 1 },
      'read:odd': 'none',
    };
    expect(parseProgress(JSON.stringify({ ...topicBatch, observedMetrics }))).toMatchObject([
      {
        events: [
          { topic: 'news', rows: 3, newestMs: 1_790_000_000_000, oldestMs: 1_780_000_000_000 },
          { topic: 'cars', rows: 0, newestMs: null, oldestMs: null },
        ],
        newestEvent: '2026-09-21T14:13:20.000Z',
        oldestEvent: '2026-05-28T20:26:40.000Z',
      },
    ]);
  });

  test.each([
    ['objects', [{ endOffset: { cars: { 0: 7 } } }], { cars: { 0: 7 } }],
    ['JSON as text', [{ endOffset: '{"cars":{"0":7}}' }], { cars: { 0: 7 } }],
    ['several sources', [{ endOffset: offsets }, { endOffset: { cars: { 0: 7 } } }], { ...offsets, cars: { 0: 7 } }],
    ['sources without topics', [{ endOffset: '4' }], null],
  ])('takes offsets from %s', (_, sources, endOffsets) => {
    expect(parseProgress(JSON.stringify({ ...topicBatch, sources }))).toMatchObject([{ endOffsets }]);
  });

  test.each([
    ['without most of it', '{"batchId": 1}'],
    ['with null as its name', '{"batchId": 1, "name": null, "eventTime": {}}'],
    ['with a rate that is no number', '{"batchId": 1, "processedRowsPerSecond": "NaN"}'],
  ])('makes do with a line %s', (_, line) => {
    expect(parseProgress(line)).toEqual([nothing]);
  });

  test.each([
    ['half a line at the end', (line: string) => `${line}\n${line.slice(0, 80)}`],
    ['half a line in the middle', (line: string) => `${line.slice(0, 80)}\n${line}\n`],
    ['blank lines', (line: string) => `\n\n${line}\n \n`],
    ['lines of something else', (line: string) => `[]\n"x"\n{"name": "topic"}\n${line}\n`],
  ])('leaves out %s', (_, write) => {
    expect(parseProgress(write(JSON.stringify(topicBatch))).map(({ batchId }) => batchId)).toEqual([3]);
  });

  test('gives nothing of nothing', () => {
    expect(parseProgress('')).toEqual([]);
  });
});
