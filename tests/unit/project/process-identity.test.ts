import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isAlive, waitForEnd } from '../../../src/project/process-identity.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

const folder = temporaryFolder();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(command: string, args: readonly string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child, 'spawn');
  return child as ChildProcess & { pid: number };
}

const identify = (pid: number) => {
  const identity = identifyProcess(pid);
  if (!identity) throw new Error(`no process ${pid} was found`);
  return identity;
};

describe('identifyProcess', () => {
  test('knows this process, and always as the same', () => {
    const me = identify(process.pid);
    expect(me.pid).toBe(process.pid);
    expect(identifyProcess(process.pid)).toEqual(me);
    expect(isAlive(me)).toBe(true);
  });

  test('tells processes apart', async () => {
    const other = await start('sleep', ['60']);
    expect(identify(other.pid).startTime).not.toBe(identify(process.pid).startTime);
  });

  test('does not know a pid that nobody has', () => {
    expect(identifyProcess(2 ** 30)).toBeUndefined();
  });

  test('is not misled by blanks and parentheses in the name of a program', async () => {
    const program = join(folder, 'a) R 1 (b');
    copyFileSync('/bin/sleep', program);
    const [odd, plain] = [await start(program, ['60']), await start('sleep', ['60'])];
    const [me, first, second] = [process.pid, odd.pid, plain.pid].map((pid) =>
      Number(identify(pid).startTime.split(':').at(-1)),
    );
    expect(first).toBeGreaterThanOrEqual(me as number);
    expect(first).toBeLessThanOrEqual(second as number);
  });

  test('does not take a zombie for a running process', async () => {
    const parent = await start('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const [chunk] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    await waitUntil(() => identifyProcess(Number(chunk)) === undefined);
    expect(() => process.kill(Number(chunk), 0)).not.toThrow();
  });
});

describe('isAlive', () => {
  test('does not take another process with the same pid for the one that was meant', async () => {
    const child = await start('sleep', ['60']);
    const { pid, startTime } = identify(child.pid);
    expect(isAlive({ pid, startTime: `${startTime}1` })).toBe(false);
  });

  test('is over when the process has ended', async () => {
    const child = await start('sleep', ['60']);
    const identity = identify(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
  });
});

describe('waitForEnd', () => {
  test('tells whether the process ended in time', async () => {
    const child = await start('sleep', ['60']);
    const identity = identify(child.pid);
    expect(await waitForEnd(identity, 120)).toBe(false);
    const ended = waitForEnd(identity, 10_000);
    child.kill('SIGKILL');
    expect(await ended).toBe(true);
    expect(await waitForEnd(identity, 0)).toBe(true);
  });
});
