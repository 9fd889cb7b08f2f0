import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, so that tests need not wait for either. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @throws what the signal says, as soon as it aborts */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to, and without, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(ms, signal) {
    signal.throwIfAborted();
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};
