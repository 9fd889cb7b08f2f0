import { unlessAborted, within } from '../../../src/kafka/give-up.js';

const never = new Promise<never>(() => undefined);

describe('unlessAborted', () => {
  test('gives what the work gives', async () => {
    await expect(unlessAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
  });

  test('ends with the reason, now or later', async () => {
    const reason = new Error('stop');
    await expect(unlessAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const work = unlessAborted(never, controller.signal);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  test('takes in silence what fails after the end', async () => {
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
