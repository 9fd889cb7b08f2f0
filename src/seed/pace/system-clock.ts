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

/** A timer of Node that is set to more than 24.8 days ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(ms, signal) {
    signal.throwIfAborted();
    for (let leftMs = ms; leftMs > 0; leftMs -= LONGEST_TIMER_MS) {
      await delay(Math.min(leftMs, LONGEST_TIMER_MS), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  },
};
