import { findInitialOffsets, parseLoggedProgress } from '../../../src/spark/logged-progress.js';

const begin = '26/11/24 15:08:28 INFO ProgressReporter: Streaming query made progress: ';
const json = JSON.stringify(
  {
    name: null,
    timestamp: '2026-11-24T15:08:12.689Z',
    batchId: 0,
    numInputRows: 240,
    stateOperators: [{ numRowsTotal: 322 }],
    sources: [{ startOffset: null, endOffset: { news: { 0: 63 } } }],
  },
  null,
  2,
).replaceAll('":', '" :'); // as Spark's json4s prints it

describe('parseLoggedProgress', () => {
  test('finds every batch between the other lines', () => {
    const log = `26/11/24 15:08:06 INFO SparkContext: x\n${begin}${json}\n26/11/24 15:08:28 INFO a: {\n}\n${begin}${json.replace('"batchId" : 0', '"batchId" : 1')}\n`;
    expect(parseLoggedProgress(log)).toMatchObject([
      { query: 'query', batchId: 0, rowsRead: 240, stateRows: 322, endOffsets: { news: { 0: 63 } } },
      { batchId: 1 },
    ]);
  });

  test.each([
    ['is cut off', `${begin}${json.slice(0, 80)}`],
    ['is cut off, and another follows', `${begin}${json.slice(0, 80)}\n${begin}${json}\n`],
    ['is no progress', `${begin}{\n}\n`],
  ])('leaves out what %s', (_, log) => {
    expect(parseLoggedProgress(log).length).toBe(log.split(begin).length - 2);
  });
});

describe('findInitialOffsets', () => {
  const line = (offsets: string) => `26/11/24 15:58:19 INFO KafkaMicroBatchStream: Initial offsets: ${offsets}\n`;

  test.each([
    ['a query', line('{"news":{"0":63,"1":57}}'), { news: { 0: 63, 1: 57 } }],
    ['several queries', line('{"news":{"0":63}}') + line('{"cars":{"0":0}}'), { news: { 0: 63 }, cars: { 0: 0 } }],
    ['none', '26/11/24 15:58:19 INFO SparkContext: x\n', null],
  ])('finds where %s began', (_, log, offsets) => {
    expect(findInitialOffsets(log)).toEqual(offsets);
  });
});
