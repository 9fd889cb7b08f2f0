import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess } from '../../../src/project/process-identity.js';
import { runCommand } from '../../../src/targets/run-command.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

const folder = temporaryFolder();
const sh = (script: string) => ['sh', ['-c', script]] as const;

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

  test.each([
    ['that obeys SIGTERM', ''],
    ['that ignores SIGTERM', 'trap "" TERM;'],
  ])('an abort ends a program %s, with all that it started', async (_, trap) => {
    const controller = new AbortController();
    const pidFile = join(folder, 'pids');
    rmSync(pidFile, { force: true });
    const script = `${trap} sleep 60 & echo $$ $! > ${pidFile}.tmp && mv ${pidFile}.tmp ${pidFile}; wait; sleep 60`;
    const failure = failureOf(runCommand(...sh(script), { signal: controller.signal }));
    await waitUntil(() => existsSync(pidFile));
    const pids = readFileSync(pidFile, 'utf8').split(' ').map(Number);
    expect(pids.map((pid) => identifyProcess(pid)?.pid)).toEqual(pids);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await waitUntil(() => pids.every((pid) => identifyProcess(pid) === undefined));
  });

  test('starts nothing when it is aborted already', async () => {
    const marker = join(folder, 'started');
    await failureOf(runCommand('touch', [marker], { signal: AbortSignal.abort() }));
    expect(existsSync(marker)).toBe(false);
  });

  test('ends a program that takes too long', async () => {
    const startedAt = Date.now();
    const failure = (await failureOf(runCommand('sleep', ['60'], { timeoutMs: 200 }))) as Error;
    expect(failure.name).toBe('TimeoutError');
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});
