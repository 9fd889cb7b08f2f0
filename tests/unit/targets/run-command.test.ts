import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess } from '../../../src/project/process-identity.js';
import { runCommand } from '../../../src/targets/run-command.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();
const sh = (script: string) => ['sh', ['-c', script]] as const;

async function appears(path: string): Promise<string> {
  for (let look = 0; look < 200 && !existsSync(path); look++) await sleep(25);
  return readFileSync(path, 'utf8');
}

describe('runCommand', () => {
  test('gives both streams and the exit code', async () => {
    const result = await runCommand(...sh('echo out; echo err >&2; exit 3'));
    expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
  });

  test('runs in the folder and with exactly the environment it is given', async () => {
    const env = { PATH: process.env.PATH ?? '', GREETING: 'hello' };
    const { stdout } = await runCommand(...sh('pwd; env'), { cwd: folder, env });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(folder);
    expect(lines).toContain('GREETING=hello');
    expect(stdout).not.toContain('HOME=');
  });

  test('does not wait for input', async () => {
    expect(await runCommand('cat', [])).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  test('passes arguments on as they are', async () => {
    const words = ['a b', '$(id)', `"'`, '', '*'];
    const { stdout } = await runCommand('sh', ['-c', 'printf "%s\\n" "$@"', 'sh', ...words]);
    expect(stdout).toBe(`${words.join('\n')}\n`);
  });

  test('hands over each line of both streams, the unfinished last one too', async () => {
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    await runCommand(...sh('echo one; echo two >&2; sleep 0.1; printf three'), { onLine });
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  test('names a program that is not there', async () => {
    expect(await failureOf(runCommand('no-such-program', []))).toMatchObject({
      code: 'PROGRAM_MISSING',
      exitCode: 3,
      message: 'no-such-program could not be started',
    });
  });

  test('calls a program that a signal ended neither missing nor done', async () => {
    expect((await runCommand(...sh('kill -KILL $$'))).exitCode).toBeGreaterThanOrEqual(128);
  });

  test('ends the program when aborted', async () => {
    const controller = new AbortController();
    const pidFile = join(folder, 'aborted.pid');
    const failure = failureOf(runCommand(...sh(`echo $$ > ${pidFile}.tmp && mv ${pidFile}.tmp ${pidFile}; exec sleep 60`), { signal: controller.signal }));
    const pid = Number(await appears(pidFile));
    controller.abort();
    expect(((await failure) as { isCanceled: boolean }).isCanceled).toBe(true);
    expect(identifyProcess(pid)).toBeUndefined();
  });

  test('ends a program that takes too long', async () => {
    const startedAt = Date.now();
    const failure = await failureOf(runCommand('sleep', ['60'], { timeoutMs: 200 }));
    expect((failure as { timedOut: boolean }).timedOut).toBe(true);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});
