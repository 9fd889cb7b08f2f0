import { describeGap, findGaps } from '../../../../src/runs/checkpoint/find-gaps.js';

const partition = (start: number, end: number, number = 0) => ({
  ...{ partition: number, leader: 1, start, end },
  stable: end,
  offsets: end - start,
});
const find = (partitions: ReturnType<typeof partition>[], ours: Record<string, number>, isRecreated = false) =>
  findGaps({ topic: 'cars', partitions, isRecreated }, ours).map(({ partition, from, to }) => [partition, from, to]);

describe('findGaps', () => {
  test.each<[string, Parameters<typeof find>, unknown[]]>([
    ['nothing new', [[partition(0, 10)], { 0: 10 }], []],
    ['records to read', [[partition(0, 30)], { 0: 10 }], []],
    ['retention up to our offset', [[partition(10, 30)], { 0: 10 }], []],
    ['retention past our offset', [[partition(14, 30)], { 0: 10 }], [[0, 10, 14]]],
    ['an emptied topic that we had read', [[partition(10, 10)], { 0: 10 }], []],
    [
      'an end before our offset',
      [[partition(0, 4)], { 0: 10 }],
      [
        [0, 10, null],
        [0, 0, 4],
      ],
    ],
    [
      'a topic created again with more',
      [[partition(0, 30)], { 0: 10 }, true],
      [
        [0, 10, null],
        [0, 0, 10],
      ],
    ],
    [
      'a topic created again with as many',
      [[partition(0, 10)], { 0: 10 }, true],
      [
        [0, 10, null],
        [0, 0, 10],
      ],
    ],
    ['a topic created again, and empty', [[partition(0, 0)], { 0: 10 }, true], [[0, 10, null]]],
    ['a topic created again of which nothing was read', [[partition(0, 30)], { 0: 0 }, true], []],
    ['a topic created again whose beginning is gone too', [[partition(5, 30)], { 0: 0 }, true], [[0, 0, 5]]],
    ['a topic that is gone', [[], { 0: 10, 1: 0 }, true], [[0, 10, null]]],
    ['a partition more', [[partition(0, 10), partition(0, 5, 1)], { 0: 10 }], []],
    ['a partition more, whose beginning is gone', [[partition(0, 10), partition(3, 5, 1)], { 0: 10 }], [[1, 0, 3]]],
    ['no offsets of ours yet', [[partition(3, 5)], {}], []],
  ])('%s', (_, args, gaps) => {
    expect(find(...args)).toEqual(gaps);
  });
});

test('describeGap says which records, and why', () => {
  const gap = { topic: 'cars', partition: 2, why: 'gone' };
  expect(describeGap({ ...gap, from: 10, to: 14 })).toBe('cars/2 offsets 10 to 13: gone');
  expect(describeGap({ ...gap, from: 10, to: 11 })).toBe('cars/2 offset 10: gone');
  expect(describeGap({ ...gap, from: 10, to: null })).toBe('cars/2 from offset 10 on: gone');
});
