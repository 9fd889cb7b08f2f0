import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until it is so; fails the test when it is not so in time. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it was not so within ${withinMs / 1000} s: ${isSo}`);
    await sleep(20);
  }
}
