import type { Config } from '../../../src/project/config.js';
import { planSize } from '../../../src/targets/plan-size.js';

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
