import { setTimeout as sleep } from 'node:timers/promises';

export interface LookOptions {
  readonly everyMs: number;
  /** Without it, it looks for ever. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks again and again until `look` returns something, and returns that; undefined where it returned nothing in time.
 * @throws what the signal says when it aborts
 */
export async function lookUntil<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { everyMs, withinMs = Number.POSITIVE_INFINITY, signal }: LookOptions,
): Promise<T | undefined> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() >= deadline) return undefined;
    await sleep(everyMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

/** Whether `isSo` became true in time. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, options: LookOptions): Promise<boolean> {
  return (await lookUntil(async () => ((await isSo()) ? true : undefined), options)) ?? false;
}
