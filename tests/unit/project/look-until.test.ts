import { lookUntil, waitUntil } from '../../../src/project/look-until.js';

const everyMs = 1;

describe('lookUntil', () => {
  test('gives what is seen first', async () => {
    let looks = 0;
    expect(await lookUntil(async () => (++looks === 3 ? 'a thing' : undefined), { everyMs })).toBe('a thing');
    expect(looks).toBe(3);
  });

  test('looks once where there is no time to wait', async () => {
    let looks = 0;
    const look = () => {
      looks += 1;
      return undefined;
    };
    expect(await lookUntil(look, { everyMs, withinMs: 0 })).toBeUndefined();
    expect(looks).toBe(1);
  });

  test('ends with the reason of its signal, between two looks too', async () => {
    const giveUp = new AbortController();
    const ending = lookUntil(() => undefined, { everyMs: 60_000, signal: giveUp.signal });
    giveUp.abort(new Error('enough'));
    await expect(ending).rejects.toThrow('enough');
    await expect(lookUntil(() => 'there', { everyMs, signal: giveUp.signal })).rejects.toThrow('enough');
  });

  test('what is thrown while looking ends it', async () => {
    const look = () => {
      throw new Error('broken');
    };
    await expect(lookUntil(look, { everyMs })).rejects.toThrow('broken');
  });
});

test('waitUntil tells whether it came to be so', async () => {
  let looks = 0;
  expect(await waitUntil(() => ++looks === 2, { everyMs })).toBe(true);
  expect(await waitUntil(async () => false, { everyMs, withinMs: 3 })).toBe(false);
});
