import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packagePath } from '../../../src/project/package-files.js';
import { identifyProcess } from '../../../src/project/process-identity.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

const PROGRAM = packagePath('docker', 'spark', 'shared-files.py');
const parent = temporaryFolder();
const newFolder = () => mkdtempSync(join(parent, 'volume-'));

interface Answer {
  readonly result?: unknown;
  readonly error?: string;
  readonly code?: string | null;
}

/** The program as it runs in a container; its answers come in the order of the requests. */
class Session {
  readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: ((answer: Answer) => void)[] = [];

  constructor() {
    const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' };
    this.child = spawn('python3', ['-u', PROGRAM], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.(JSON.parse(line)));
  }

  next(): Promise<Answer> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  write(line: string | Uint8Array): Promise<Answer> {
    const answer = this.next();
    this.child.stdin.write(line);
    this.child.stdin.write('\n');
    return answer;
  }

  ask(op: string, request: object = {}): Promise<Answer> {
    return this.write(JSON.stringify({ op, ...request }));
  }
}

let session: Session;
beforeAll(async () => {
  session = new Session();
  expect(await session.next()).toEqual({ result: 'ready' });
});
afterAll(() => void session.child.kill('SIGKILL'));

const strangers: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of strangers.splice(0)) {
    try {
      process.kill(-(pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
});

/** A process that leads a group of its own. */
function start(script: string): ChildProcess & { readonly pid: number } {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  strangers.push(child);
  return child as unknown as ChildProcess & { readonly pid: number };
}

const base64 = (content: string | Uint8Array) => Buffer.from(content as string).toString('base64');

describe('read', () => {
  test('gives the text of a file', async () => {
    const path = join(newFolder(), 'a b.txt');
    writeFileSync(path, 'first\nŠkoda\n');
    expect(await session.ask('read', { path })).toEqual({ result: 'first\nŠkoda\n' });
  });

  test('gives nothing where there is no such file', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(await session.ask('read', { path: join(folder, 'missing', 'x') })).toEqual({ result: null });
    expect(await session.ask('read', { path: join(folder, 'file', 'x') })).toEqual({ result: null });
    expect(await session.ask('read', { path: join(folder, 'file') })).toEqual({ result: '' });
  });

  test('takes bytes that are no UTF-8 for unreadable characters', async () => {
    const path = join(newFolder(), 'binary');
    writeFileSync(path, Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x00]));
    expect(await session.ask('read', { path })).toEqual({ result: 'a\ufffd\ufffdb\0' });
  });

  test('says what is wrong with a folder', async () => {
    expect(await session.ask('read', { path: newFolder() })).toEqual({ error: expect.any(String), code: 'EISDIR' });
  });
});

describe('tail', () => {
  const tail = (path: string, fromByte: number, atMost?: number) => session.ask('tail', { path, fromByte, atMost });

  test('gives whole lines and goes on behind them', async () => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, 'one\ntwo\nthr');
    expect(await tail(path, 0)).toEqual({ result: { text: 'one\ntwo\n', nextByte: 8 } });
    expect(await tail(path, 8)).toEqual({ result: { text: '', nextByte: 8 } });
    writeFileSync(path, 'one\ntwo\nthree\n');
    expect(await tail(path, 8)).toEqual({ result: { text: 'three\n', nextByte: 14 } });
    expect(await tail(path, 14)).toEqual({ result: { text: '', nextByte: 14 } });
  });

  test('leaves what is more than asked for to the next call, and reads a line that is longer as a whole', async () => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, 'one\ntwo\nseventeen\nfour');
    expect(await tail(path, 0, 7)).toEqual({ result: { text: 'one\n', nextByte: 4 } });
    expect(await tail(path, 4, 7)).toEqual({ result: { text: 'two\n', nextByte: 8 } });
    expect(await tail(path, 8, 3)).toEqual({ result: { text: 'seventeen\n', nextByte: 18 } });
    expect(await tail(path, 18, 3)).toEqual({ result: { text: '', nextByte: 18 } });
  });

  test.each([
    [-1, ''],
    [-5, ''],
    [-6, 'two\n'],
    [-9, 'one\ntwo\n'],
    [-99, 'one\ntwo\n'],
  ])('gives whole lines of the last bytes: %p', async (fromByte, text) => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, 'one\ntwo\nx');
    expect(await tail(path, fromByte)).toEqual({ result: { text, nextByte: 8 } });
  });

  test('counts bytes, not characters', async () => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, 'Škoda\nCitroën\n');
    expect(await tail(path, 0)).toEqual({ result: { text: 'Škoda\nCitroën\n', nextByte: 16 } });
    expect(await tail(path, 7)).toEqual({ result: { text: 'Citroën\n', nextByte: 16 } });
  });

  test('reads a file that became shorter from its beginning', async () => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, 'new\n');
    expect(await tail(path, 100)).toEqual({ result: { text: 'new\n', nextByte: 4 } });
  });

  test.each([
    ['the last line', -5, 'two\n'],
    ['the last line, where the byte is in the one before', -7, 'two\n'],
    ['nothing, where the byte is in the last line', -3, ''],
    ['all, where the file is no longer than that', -8, 'one\ntwo\n'],
    ['all, where it is shorter', -400_000, 'one\ntwo\n'],
  ])('counted from the end gives %s', async (_, fromByte, text) => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, 'one\ntwo\n');
    expect(await tail(path, fromByte)).toEqual({ result: { text, nextByte: 8 } });
  });

  test('counted from the end keeps half a line back', async () => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, '🚗🚗\nŠkoda\nthr');
    expect(await tail(path, -13)).toEqual({ result: { text: 'Škoda\n', nextByte: 16 } });
    expect(await tail(path, -2)).toMatchObject({ result: { text: '' } });
    expect(await tail(join(newFolder(), 'absent'), -2)).toEqual({ result: { text: '', nextByte: 0 } });
  });

  test('takes bytes that are no UTF-8 for unreadable characters, and counts them', async () => {
    const path = join(newFolder(), 'log');
    writeFileSync(path, Buffer.from([0x61, 0xff, 0x0a, 0x62]));
    expect(await tail(path, 0)).toEqual({ result: { text: 'a\ufffd\n', nextByte: 3 } });
  });

  test('has nothing of a file that is not there', async () => {
    expect(await tail(join(newFolder(), 'missing'), 5)).toEqual({ result: { text: '', nextByte: 0 } });
  });
});

describe('put', () => {
  const put = (path: string, content: string | Uint8Array, mode: number | null = null) =>
    session.ask('put', { path, content: base64(content), mode });

  test('makes the file and the folders above it', async () => {
    const folder = newFolder();
    const path = join(folder, 'runs', 'cars-1', 'run.json');
    expect(await put(path, '{"a": "ž"}\n')).toEqual({ result: null });
    expect(readFileSync(path, 'utf8')).toBe('{"a": "ž"}\n');
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test('keeps every byte of binary content', async () => {
    const path = join(newFolder(), 'model');
    const content = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
    await put(path, content);
    expect(new Uint8Array(readFileSync(path))).toEqual(content);
  });

  test('takes a file larger than a pipe holds', async () => {
    const path = join(newFolder(), 'large');
    const content = Buffer.alloc(1_000_000, 'x');
    await put(path, content);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test.each([0o600, 0o755])('gives the mode %d', async (mode) => {
    const path = join(newFolder(), 'script');
    await put(path, '', mode);
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  test('replaces a file as a whole: who has the old one open keeps it', async () => {
    const folder = newFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    linkSync(path, join(folder, 'opened'));
    await put(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['file', 'opened']);
  });

  test('leaves nothing behind when it fails', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'taken', 'inner'), { recursive: true });
    expect(await put(join(folder, 'taken'), 'x')).toEqual({ error: expect.any(String), code: 'EISDIR' });
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('list', () => {
  test('gives the names in a folder, sorted', async () => {
    const folder = newFolder();
    for (const name of ['b', 'a', 'žluť', '.hidden']) writeFileSync(join(folder, name), '');
    expect(await session.ask('list', { path: folder })).toEqual({ result: ['.hidden', 'a', 'b', 'žluť'] });
  });

  test('is empty where there is no folder', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(await session.ask('list', { path: join(folder, 'missing') })).toEqual({ result: [] });
    expect(await session.ask('list', { path: join(folder, 'file') })).toEqual({ result: [] });
  });

  test('survives a name that is no UTF-8', async () => {
    const folder = newFolder();
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), '');
    expect((await session.ask('list', { path: folder })).result).toHaveLength(1);
    expect(await session.ask('list', { path: folder })).not.toHaveProperty('error');
  });
});

describe('rename', () => {
  test('moves a file or a folder, and makes the folders above the new place', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', 'file'), 'x');
    const to = join(folder, 'b', 'c');
    expect(await session.ask('rename', { path: join(folder, 'a'), to })).toEqual({ result: null });
    expect(readFileSync(join(to, 'file'), 'utf8')).toBe('x');
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });

  test('replaces a file', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'draft'), 'new');
    writeFileSync(join(folder, 'file'), 'old');
    await session.ask('rename', { path: join(folder, 'draft'), to: join(folder, 'file') });
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
  });

  test('says that there is nothing to move', async () => {
    const folder = newFolder();
    expect(await session.ask('rename', { path: join(folder, 'x'), to: join(folder, 'y') })).toEqual({
      error: expect.stringContaining('No such file'),
      code: 'ENOENT',
    });
  });
});

describe('remove', () => {
  test('removes a file, a folder with all in it, and what is not there', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'run', 'deep'), { recursive: true });
    for (const file of ['run/deep/x', 'file']) writeFileSync(join(folder, file), '');
    for (const name of ['run', 'file', 'missing', 'missing/deeper'])
      expect(await session.ask('remove', { path: join(folder, name) })).toEqual({ result: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('removes a link, not what it leads to', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept', 'file'), '');
    symlinkSync(join(folder, 'kept'), join(folder, 'link'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
    await session.ask('remove', { path: join(folder, 'link') });
    await session.ask('remove', { path: join(folder, 'broken') });
    expect(readdirSync(folder)).toEqual(['kept']);
    expect(readdirSync(join(folder, 'kept'))).toEqual(['file']);
  });
});

describe('freeBytes', () => {
  test('gives a number of bytes', async () => {
    const { result } = await session.ask('freeBytes', { path: newFolder() });
    expect(Number.isInteger(result)).toBe(true);
    expect(result).toBeGreaterThan(0);
  });
});

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('startTime', () => {
  test('tells the same of a process as run-driver.sh and this machine do', async () => {
    const { pid } = start('exec sleep 60');
    expect(await session.ask('startTime', { pid })).toEqual({ result: identifyProcess(pid)?.startTime });
    expect((await session.ask('startTime', { pid })).result).toMatch(/^[0-9a-f-]{36}:\d+$/);
  });

  test('has none of a process that has ended', async () => {
    const child = start('exit 0');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await session.ask('startTime', { pid: child.pid })).toEqual({ result: null });
  });

  test('has none of a process that only waits to be reaped', async () => {
    // It ends only when its parent is no shell any more: a shell might still reap it.
    const ends = 'until grep -q sleep /proc/$PPID/comm; do sleep 0.01; done';
    const child = start(`sh -c '${ends}' & echo $!; exec sleep 60`);
    const pid = Number(await new Promise((resolve) => child.stdout?.once('data', resolve)));
    await waitUntil(async () => (await session.ask('startTime', { pid })).result === null);
    expect(existsSync(`/proc/${pid}/stat`)).toBe(true);
  });

  test('reads past a name with blanks and parentheses', async () => {
    const folder = newFolder();
    const path = join(folder, 'a) b (c');
    symlinkSync('/bin/sleep', path);
    const child = spawn(path, ['60'], { detached: true, stdio: 'ignore' });
    strangers.push(child);
    await waitUntil(() => readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes('a) b (c'));
    expect(await session.ask('startTime', { pid: child.pid })).toEqual({
      result: identifyProcess(child.pid ?? 0)?.startTime,
    });
  });
});

describe('send', () => {
  const endOf = (child: ChildProcess) =>
    new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));

  test.each(['SIGTERM', 'SIGKILL'])('sends %s to one process', async (name) => {
    const child = start('exec sleep 60');
    const ended = endOf(child);
    expect(await session.ask('send', { pid: child.pid, name })).toEqual({ result: true });
    expect(await ended).toBe(name);
  });

  test('sends to a whole group by a negative pid', async () => {
    const child = start('sleep 60 & echo $!; wait');
    const inner = Number(await new Promise((resolve) => child.stdout?.once('data', resolve)));
    const ended = endOf(child);
    expect(await session.ask('send', { pid: -child.pid, name: 'SIGTERM' })).toEqual({ result: true });
    expect(await ended).toBe('SIGTERM');
    await waitUntil(() => identifyProcess(inner) === undefined);
  });

  test.each([1, -1])('tells that there is nobody (sign %d)', async (sign) => {
    const child = start('exit 0');
    await endOf(child);
    expect(await session.ask('send', { pid: sign * child.pid, name: 'SIGTERM' })).toEqual({ result: false });
  });
});

describe('the program', () => {
  test.each([
    ['an operation that it does not know', '{"op": "format"}'],
    ['an argument that it does not know', '{"op": "read", "path": "/x", "colour": "red"}'],
    ['a request without an operation', '{"path": "/x"}'],
    ['broken JSON', '{"op": "re'],
    ['an empty line', ''],
    ['JSON that is no request', '[1]'],
    ['content that is no base64', `{"op": "put", "path": "${parent}/x", "content": "a"}`],
  ])('answers %s with an error and goes on', async (_, line) => {
    const answer = await session.write(line);
    expect(answer.error).toEqual(expect.stringMatching(/./));
    expect(answer).not.toHaveProperty('result');
    expect(await session.ask('list', { path: join(parent, 'missing') })).toEqual({ result: [] });
  });

  test('goes on after bytes that are no UTF-8', async () => {
    expect((await session.write(Buffer.from([0x7b, 0xff, 0xfe]))).error).toEqual(expect.stringMatching(/./));
    expect(await session.ask('list', { path: join(parent, 'missing') })).toEqual({ result: [] });
  });

  test('names the system’s error by its code', async () => {
    expect(await session.ask('freeBytes', { path: join(parent, 'missing') })).toMatchObject({ code: 'ENOENT' });
  });

  test('answers in the order of the requests', async () => {
    const folder = newFolder();
    const names = Array.from({ length: 50 }, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(join(folder, name), name);
    const answers = await Promise.all(names.map((name) => session.ask('read', { path: join(folder, name) })));
    expect(answers.map(({ result }) => result)).toEqual(names);
  });

  test('ends with its input, so that none is left behind', async () => {
    const other = new Session();
    await other.next();
    const ended = new Promise((resolve) => other.child.once('close', (code) => resolve(code)));
    other.child.stdin.end();
    expect(await ended).toBe(0);
  });
});
