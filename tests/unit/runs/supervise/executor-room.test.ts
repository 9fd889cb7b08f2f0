import {
  describeNeed,
  describeRoom,
  type ExecutorRoom,
  findRoom,
  type Holder,
} from '../../../../src/runs/supervise/executor-room.js';
import { superviseErrors } from '../../../../src/runs/supervise/supervise-errors.js';
import type { SchedulerLook } from '../../../../src/targets/scheduler.js';

/** Nodes of 2 GB, and applications by name with the cores they hold. */
function look(nodes: [cores: number, free: number][], applications: Record<string, number> = {}): SchedulerLook {
  return {
    page: null,
    nodes: nodes.map(([cores, freeCores]) => ({
      page: 'http://127.0.0.1:8081',
      cores,
      freeCores,
      memoryMb: 2048,
      freeMemoryMb: 2048 - 512 * (cores - freeCores),
    })),
    applications: Object.entries(applications).map(([name, cores], number) => ({ id: `app-${number}`, name, cores })),
  };
}

const want = (cores: number, executorMemory = '512m') => ({ cores, executorMemory });

describe('findRoom', () => {
  test.each<[string, Parameters<typeof findRoom>, ExecutorRoom]>([
    [
      'nothing runs',
      [
        look([
          [2, 2],
          [2, 2],
        ]),
        want(1),
      ],
      { wanted: 1, free: 4, total: 4, holders: [] },
    ],
    [
      'one application runs and one waits',
      [
        look(
          [
            [2, 1],
            [2, 1],
          ],
          { 'a-1': 2, 'b-1': 0 },
        ),
        want(3),
      ],
      { wanted: 3, free: 2, total: 4, holders: [{ name: 'a-1', cores: 2 }] },
    ],
    ['memory is the limit', [look([[4, 4]]), want(2, '1g')], { wanted: 2, free: 2, total: 2, holders: [] }],
    [
      'a run is on its way',
      [look([[2, 2]]), want(1), [{ name: 'a-1', cores: 1 }]],
      { wanted: 1, free: 1, total: 2, holders: [{ name: 'a-1', cores: 1 }] },
    ],
    [
      'more are on their way than there is room for',
      [
        look([[2, 2]]),
        want(1),
        [
          { name: 'a-1', cores: 2 },
          { name: 'b-1', cores: 1 },
        ],
      ],
      {
        wanted: 1,
        free: 0,
        total: 2,
        holders: [
          { name: 'a-1', cores: 2 },
          { name: 'b-1', cores: 1 },
        ],
      },
    ],
    [
      'a run has its cores, and its supervisor has not looked since',
      [look([[2, 1]], { 'a-1': 1 }), want(1), [{ name: 'a-1', cores: 1 }]],
      { wanted: 1, free: 1, total: 2, holders: [{ name: 'a-1', cores: 1 }] },
    ],
  ])('where %s', (_, args, room) => {
    expect(findRoom(...args)).toEqual(room);
  });
});

test.each([
  [want(1), '1 core with 512m'],
  [want(4, '1g'), '4 cores with 1g each'],
])('describeNeed of %p', (resources, words) => {
  expect(describeNeed(resources)).toBe(words);
});

const holders: Holder[] = [
  { name: 'windowed-news-1', cores: 2 },
  { name: 'notebook', cores: 1 },
];
const room = (wanted: number, free: number, total: number): ExecutorRoom => ({
  wanted,
  free,
  total,
  holders: total === 0 ? [] : holders,
});

test.each([
  [room(1, 0, 3), '0 of 3 are free: windowed-news-1 holds 2, notebook holds 1'],
  [room(2, 1, 4), '1 of 4 is free: windowed-news-1 holds 2, notebook holds 1'],
  [{ ...room(5, 4, 4), holders: [] }, '4 of 4 are free'],
  [room(1, 0, 0), 'no worker is alive that is big enough'],
])('describeRoom of %j', (some, words) => {
  expect(describeRoom(some)).toBe(words);
});

describe('the error of missing room', () => {
  const stop = 'stop one with `millrace runs stop windowed-news-1` (frees 2)';

  test.each<[string, ExecutorRoom, string]>([
    ['all is taken', room(1, 0, 3), `Wait for them with \`--queue\`, or ${stop}.`],
    ['a part is free', room(3, 1, 4), `Wait for them with \`--queue\`, or take fewer with \`--cores 1\`, or ${stop}.`],
    [
      'the cluster is too small and full',
      room(5, 0, 4),
      `Take fewer with \`--cores 4\`, or ${stop}, or start a bigger cluster: \`millrace cluster up\`, with more \`--workers\`.`,
    ],
    [
      'the cluster is too small',
      room(5, 1, 4),
      `Take fewer with \`--cores 1\`, or ${stop}, or start a bigger cluster: \`millrace cluster up\`, with more \`--workers\`.`,
    ],
    ['no worker is alive', room(1, 0, 0), 'Start workers with `millrace cluster up`.'],
  ])('offers what helps where %s', (_, some, hint) => {
    const stoppable = some.holders.filter(({ name }) => name !== 'notebook');
    const error = superviseErrors.ROOM_MISSING({
      ...{ job: 'score-cars', need: '1 core with 512m', room: some },
      ...{ stoppable, isOurs: true },
    });
    expect(error).toMatchObject({ code: 'ROOM_MISSING', exitCode: 3, retriable: true, hint });
    expect(error.message).toBe(`score-cars needs 1 core with 512m, and ${describeRoom(some)}`);
  });
});
