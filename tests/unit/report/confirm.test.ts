import { PassThrough } from 'node:stream';
import { ask, confirm } from '../../../src/report/confirm.js';

function askWith(keys: string | null): Promise<string> {
  const input = new PassThrough();
  const answer = ask('Go on?', input, new PassThrough());
  if (keys === null) input.end();
  else input.write(keys);
  return answer;
}

describe('ask', () => {
  test('gives the line that was typed', async () => {
    await expect(askWith('yes\r')).resolves.toBe('yes');
  });

  test('takes Ctrl-C as an interruption', async () => {
    await expect(askWith('\x03')).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  test.each([
    ['Ctrl-D', '\x04'],
    ['an input that closes', null],
  ])('takes %s as a no', async (_, keys) => {
    await expect(askWith(keys)).rejects.toMatchObject({ code: 'USAGE', message: 'Nothing was deleted' });
  });
});

describe('confirm', () => {
  test('asks nothing when `--yes` answers', async () => {
    await expect(confirm('Go on?', true)).resolves.toBeUndefined();
  });
});
