import { getEventListeners } from 'node:events';
import { unlessAborted, within } from '../../../src/kafka/give-up.js';

const never = new Promise<never>(() => undefined);

describe('unlessAborted', () => {
  test('returns the result of the work', async () => {
    await expect(unlessAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
  });

  test("rejects with the signal's reason, aborted before or later", async () => {
    const reason = new Error('stop');
    await expect(unlessAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const work = unlessAborted(never, controller.signal);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  test('gives the work its time after the signal, and ends then', async () => {
    const reason = new Error('stop');
    const soon = new Promise((resolve) => setTimeout(resolve, 5, 'done'));
    await expect(unlessAborted(soon, AbortSignal.abort(reason), 5_000)).resolves.toBe('done');
    const controller = new AbortController();
    const keepsRunning = setTimeout(() => undefined, 5_000);
    const startedAt = performance.now();
    const work = unlessAborted(never, controller.signal, 50);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(45);
    clearTimeout(keepsRunning);
  });

  test.each([0, 5_000])('leaves nothing behind at the signal (%d ms of grace)', async (graceMs) => {
    const { signal } = new AbortController();
    await unlessAborted(Promise.resolve(), signal, graceMs);
    await unlessAborted(Promise.reject(new Error('gone')), signal, graceMs).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('ignores a failure after the end', async () => {
    const failing = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 5));
    await expect(unlessAborted(failing, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    await failing.catch(() => undefined);
  });
});

describe('within', () => {
  test('ends what takes too long', async () => {
    await expect(within(5, never, () => new Error('late'))).rejects.toThrow('late');
    await expect(within(1_000, Promise.resolve(1), () => new Error('late'))).resolves.toBe(1);
  });
});
