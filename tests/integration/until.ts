import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until it is true; fails the test when it is not in time. */
export async function until(isTrue: () => Promise<boolean>, withinMs: number, everyMs = 50): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await isTrue()) return;
    await sleep(everyMs);
  }
  throw new Error('it did not become true in time');
}
