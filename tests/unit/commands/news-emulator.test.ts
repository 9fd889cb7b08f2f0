import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { packagePath } from '../../../src/project/package-files.js';
import { KEY_HEADERS } from '../news-emulator/open-emulator.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();

function run(...args: string[]) {
  const child = spawn(process.execPath, [packagePath('bin', 'cli'), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: root },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, ended, stderr: text(child.stderr) };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('there is no stdout');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('it said nothing');
}

describe('millrace news-emulator', () => {
  test('says where it listens, serves without a project, and ends by Ctrl-C while a connection is open', async () => {
    const { child, ended, stderr } = run('--json', 'news-emulator', '--port', '0', '--stories', '50', '--no-limits');
    const item = JSON.parse(await firstLine(child));
    expect(item).toMatchObject({ url: `http://127.0.0.1:${item.port}/v6/news`, stories: 50, isLimited: false });
    const answer = await fetch(`${item.url}/stories`, { headers: KEY_HEADERS });
    expect(await answer.json()).toMatchObject({ stories: expect.any(Array) });
    expect(answer.headers.has('x-ratelimit-limit')).toBe(false);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(JSON.parse(await stderr).error).toMatchObject({ code: 'INTERRUPTED', hint: '' });
  });

  test('names who holds its port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { ended, stderr } = run('--json', 'news-emulator', '--port', port, '--stories', '1');
    expect(await ended).toBe(3);
    const { error } = JSON.parse(await stderr);
    expect(error).toMatchObject({ code: 'PORT_TAKEN', port: Number(port) });
    expect(error.message).toContain(`process ${process.pid}`);
    holder.close();
  });

  test.each([
    [['--port', '65536'], 'A port is a number up to 65535'],
    [['--stories', '0'], 'Give a whole number above zero'],
    [['--stories', '50001'], '50001 stories are too many'],
    [['--release', 'fast'], '`fast` is not a rate'],
    [['--quirk', 'end=never'], 'The quirk end cannot be `never`'],
    [['--size', 'huge'], 'Allowed choices are short, full'],
  ])('refuses %p', async (args, message) => {
    const { ended, stderr } = run('news-emulator', '--port', '0', ...args);
    expect(await ended).toBe(2);
    expect(await stderr).toContain(message);
  });
});
