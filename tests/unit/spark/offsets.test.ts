import { parseOffsetLog } from '../../../src/spark/offsets.js';

describe('parseOffsetLog', () => {
  test.each([
    ['where a source began', '\0v1\n{"news":{"0":0,"1":3}}', { news: { 0: 0, 1: 3 } }],
    [
      'what a batch reads',
      'v1\n{"batchWatermarkMs":0,"batchTimestampMs":1795532893347,"conf":{"spark.sql.shuffle.partitions":"2"}}\n{"news":{"0":63,"1":57}}',
      { news: { 0: 63, 1: 57 } },
    ],
    [
      'a batch of two sources',
      'v1\n{"batchWatermarkMs":0}\n{"news":{"0":63}}\n{"cars":{"0":7}}',
      { news: { 0: 63 }, cars: { 0: 7 } },
    ],
    ['a source that had nothing', 'v1\n{"batchWatermarkMs":0}\n-', null],
    ['no file', '', null],
  ])('reads %s', (_, text, offsets) => {
    expect(parseOffsetLog(text)).toEqual(offsets);
  });
});
