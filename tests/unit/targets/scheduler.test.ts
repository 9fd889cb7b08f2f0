import { coresOf, roomFor, type SchedulerLook } from '../../../src/targets/scheduler.js';

const nodes = (...sizes: [cores: number, freeCores: number, freeMemoryMb: number][]): SchedulerLook => ({
  page: null,
  nodes: sizes.map(([cores, freeCores, freeMemoryMb], number) => ({
    page: `http://127.0.0.1:808${number}`,
    cores,
    freeCores,
    memoryMb: 2048,
    freeMemoryMb,
  })),
  applications: [],
});

describe('roomFor', () => {
  test.each([
    ['cores are the limit', nodes([2, 1, 2048], [2, 2, 2048]), 512, 3, 4],
    ['memory is the limit, per node', nodes([4, 4, 900], [4, 4, 900]), 768, 2, 4],
    ['no node is big enough', nodes([2, 2, 2048]), 4096, 0, 0],
    ['there are no nodes', nodes(), 512, 0, 0],
  ])('counts executors where %s', (_, look, memoryMb, free, total) => {
    expect(roomFor(look, memoryMb)).toEqual({ free, total });
  });
});

test('coresOf counts those of all nodes', () => {
  expect(coresOf(nodes([2, 1, 2048], [4, 4, 2048]))).toEqual({ used: 1, total: 6 });
});

test('what a scheduler does not tell is not made up', () => {
  const look = { ...nodes(), nodes: 'not told' as const };
  expect([roomFor(look, 512), coresOf(look)]).toEqual(['not told', 'not told']);
});
