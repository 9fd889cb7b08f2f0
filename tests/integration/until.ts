import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until it is true; fails the test when it is not in time, with what the last look threw. */
export async function until(isTrue: () => Promise<boolean>, withinMs: number, everyMs = 50): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const isLast = Date.now() > deadline;
    let failure: unknown;
    try {
      if (await isTrue()) return;
    } catch (error) {
      failure = error;
    }
    if (isLast) throw new Error('it did not become true in time', { cause: failure });
    await sleep(everyMs);
  }
}
