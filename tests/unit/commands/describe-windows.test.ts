import { describeIdleSide, describeOpenWindows } from '../../../src/commands/describe-windows.js';

const from = '2026-11-24T10:00:00.000Z';
const to = '2026-11-24T10:02:00.000Z';

describe('describeOpenWindows', () => {
  test('tells what is still open, and what closes it', () => {
    const open = { results: 3, windows: 2, from, to, closedBy: '2026-11-24T12:02:00.000Z' };
    expect(describeOpenWindows(open, true)).toEqual([
      '3 results of 2 windows, 2026-11-24T10:00:00.000Z to 2026-11-24T10:02:00.000Z: still open',
      'closed by an event of 2026-11-24T12:02:00.000Z or later, or --close-windows with --new-checkpoint',
    ]);
  });

  test('counts them where an older Spark does not name them, and offers no flag that the job does not have', () => {
    const open = { results: 1, windows: null, from: null, to: null, closedBy: null };
    expect(describeOpenWindows(open, false)).toEqual(['1 result: still open']);
  });

  test('says nothing where none is open', () => {
    expect(describeOpenWindows({ results: 0, windows: 0, from: null, to: null, closedBy: null }, true)).toEqual([]);
  });

  test('names for a join the event of each topic that closes what is open', () => {
    const closedBy = { news: '2026-11-24T10:40:00.000Z', cars: '2026-11-24T10:20:00.000Z' };
    expect(describeOpenWindows({ results: 2, windows: 1, from, to, closedBy }, false).at(-1)).toBe(
      `closed by an event of news of ${closedBy.news} and one of cars of ${closedBy.cars} or later`,
    );
  });
});

describe('describeIdleSide', () => {
  test.each([
    ['2026-11-24T14:01:00.000Z', 'waits for news: no record since 2026-11-24 15:05:00'],
    [null, 'waits for news: no record since it began at 2026-11-24 15:05:00'],
  ])('of which the newest event is %s', (newestEvent, words) => {
    expect(describeIdleSide({ topic: 'news', newestEvent, since: '2026-11-24T15:05:00.000Z' })).toBe(words);
  });
});
