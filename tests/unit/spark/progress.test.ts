import { parseProgress } from '../../../src/spark/progress.js';

/** A StreamingQueryProgress as Spark 4.2 writes it, shortened where nothing is read. */
const topicBatch = {
  id: '0f5c8a2e-6a3b-4d0f-9a55-1a0cb2d0a001',
  name: 'topic',
  timestamp: '2026-11-24T10:00:01.000Z',
  batchId: 3,
  numInputRows: 120,
  processedRowsPerSecond: 300.5,
  eventTime: { avg: '2026-11-24T09:59:00.000Z', watermark: '2026-11-24T07:59:00.000Z' },
  stateOperators: [
    { operatorName: 'stateStoreSave', numRowsTotal: 9, numRowsDroppedByWatermark: 2 },
    { numRowsDroppedByWatermark: 1 },
  ],
  sources: [{ description: 'KafkaV2[Subscribe[news]]', numInputRows: 120 }],
  sink: { description: 'KafkaTable', numOutputRows: 9 },
};

describe('parseProgress', () => {
  test('takes from each line what is used', () => {
    const parquet = {
      name: 'parquet',
      batchId: 0,
      numInputRows: 5,
      sink: { description: 'FileSink', numOutputRows: -1 },
      stateOperators: [],
    };
    expect(parseProgress(`${JSON.stringify(topicBatch)}\n${JSON.stringify(parquet)}\n`)).toEqual([
      {
        query: 'topic',
        batchId: 3,
        rowsRead: 120,
        rowsWritten: 9,
        droppedAsLate: 3,
        watermark: '2026-11-24T07:59:00.000Z',
      },
      { query: 'parquet', batchId: 0, rowsRead: 5, rowsWritten: 0, droppedAsLate: 0, watermark: null },
    ]);
  });

  test.each([
    ['without most of it', '{"batchId": 1}'],
    ['with null as its name', '{"batchId": 1, "name": null, "eventTime": {}}'],
  ])('makes do with a line %s', (_, line) => {
    expect(parseProgress(line)).toEqual([
      { query: 'query', batchId: 1, rowsRead: 0, rowsWritten: 0, droppedAsLate: 0, watermark: null },
    ]);
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
