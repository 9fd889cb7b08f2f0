export function workerNames(workers: number): Array<`worker-${number}`> {
  return Array.from({ length: workers }, (_, index) => `worker-${index + 1}` as const);
}
