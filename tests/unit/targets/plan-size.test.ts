import type { Config } from '../../../src/project/config.js';
import { keepSize, planSize } from '../../../src/targets/plan-size.js';

const GB = 1024;

describe('planSize', () => {
  test.each([
    [4 * GB, 1536, true],
    [10 * GB - 1, 1536, true],
    [10 * GB, 2048, false],
    [64 * GB, 2048, false],
  ])('with %d MB gives each worker %d MB', (memoryMb, workerMemoryMb, isSmall) => {
    const config = { workers: 2, workerCores: 2 } as Config;
    expect(planSize(config, memoryMb)).toEqual({ workers: 2, workerCores: 2, workerMemoryMb, isSmall });
  });

  test.each([
    [4 * GB, true],
    [64 * GB, false],
  ])('with %d MB keeps what the user wants', (memoryMb, isSmall) => {
    const config = { workers: 5, workerCores: 1, workerMemoryMb: 3000 } as Config;
    expect(planSize(config, memoryMb)).toEqual({ workers: 5, workerCores: 1, workerMemoryMb: 3000, isSmall });
  });
});

describe('keepSize', () => {
  const running = { workers: 3, workerCores: 1, workerMemoryMb: 1536, isSmall: true };
  const planned = { workers: 4, workerCores: 8, workerMemoryMb: 4096, isSmall: false };

  test('keeps the size of a cluster that is up, except for a number of workers that is set', () => {
    expect(keepSize(running, planned, { said: [] as string[] } as unknown as Config)).toEqual(running);
    expect(keepSize(running, planned, { said: ['workers'] } as unknown as Config)).toEqual({ ...running, workers: 4 });
    expect(keepSize(undefined, planned, { said: [] as string[] } as unknown as Config)).toEqual(planned);
  });
});
