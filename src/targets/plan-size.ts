import type { Config } from '../project/config.js';
import type { ClusterSize } from './target.js';

const SMALL_MACHINE_MB = 10 * 1024;

/**
 * Cores and memory of the workers. Two streams (one executor of 512 MB each) and a training run (two of 1 GB) fit on two
 * workers of 2 cores and 2 GB. With less than 10 GB of memory the workers are smaller.
 * @param memoryMb the memory of the machine, of the container that this runs in, or of the container engine
 */
export function planSize(config: Config, memoryMb: number): ClusterSize {
  const isSmall = memoryMb < SMALL_MACHINE_MB;
  const { workers, workerCores } = config;
  return { workers, workerCores, workerMemoryMb: config.workerMemoryMb ?? (isSmall ? 1536 : 2048), isSmall };
}

/** A cluster that is up keeps its size, except for a number of workers that the user sets. */
export function keepSize(running: ClusterSize | undefined, planned: ClusterSize, { said }: Config): ClusterSize {
  if (!running) return planned;
  return said.includes('workers') ? { ...running, workers: planned.workers } : running;
}
