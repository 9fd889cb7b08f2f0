import { readFile } from 'node:fs/promises';
import { packagePath } from '../../../src/project/package-files.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { coresOf, roomFor } from '../../../src/targets/scheduler.js';
import type { DriverState, LogLine, SharedFiles, Target } from '../../../src/targets/target.js';
import { wire } from '../../../src/wiring.js';
import { readyStatus } from '../ready-status.js';
import { sharedProject, testTarget } from '../shared-cluster/project.js';
import { run } from '../target-data.js';
import { until } from '../until.js';

/**
 * What everything above src/targets rests on, tried with small programs of the shell in place of Spark: the same on every target, so
 * that what runs on one of them runs on the others.
 */
const aborted = new AbortController();
let target: Target;

beforeAll(async () => {
  const flags = { project: sharedProject(), target: testTarget() === 'local' ? 'local' : 'docker' };
  const context = await wire({ flags, options: {}, signal: aborted.signal, report: new RecordingReporter() });
  target = context.target;
  await target.src.put('run-driver.sh', await readFile(packagePath('templates', 'run-driver.sh')));
});
afterAll(async () => {
  aborted.abort();
  for (const folder of ['doors é', 'moved here']) await target.data.remove(folder);
});

describe.each(['src', 'data'] as const)('the shared files of %s', (name) => {
  let files: SharedFiles;
  beforeAll(() => {
    files = target[name];
  });

  test('keep text in folders of any name, and tell it, list it, move it and forget it', async () => {
    expect(await files.read('doors é/none.txt')).toBeUndefined();
    expect(await files.list('doors é')).toEqual([]);
    await files.put('doors é/b, c.txt', 'first');
    await files.put('doors é/b, c.txt', 'Škoda\n');
    await files.put('doors é/a.bin', Buffer.alloc(300_000, 'x'));
    expect(await files.read('doors é/b, c.txt')).toBe('Škoda\n');
    expect((await files.read('doors é/a.bin'))?.length).toBe(300_000);
    expect(await files.list('doors é')).toEqual(['a.bin', 'b, c.txt']);
    await files.rename('doors é/b, c.txt', 'moved here/d.txt');
    expect(await files.read('moved here/d.txt')).toBe('Škoda\n');
    expect(await files.list('doors é')).toEqual(['a.bin']);
    for (const folder of ['doors é', 'moved here', 'never there']) await files.remove(folder);
    expect(await files.list('doors é')).toEqual([]);
    expect(await files.freeBytes()).toBeGreaterThan(1_000_000);
  });

  test('tail whole lines: from a byte on, from the end, and no more than was asked for', async () => {
    await files.put('doors é/log', 'one\nzwölf\nthree\nhal');
    const log = 'doors é/log';
    expect(await files.tail('doors é/none', 0)).toEqual({ text: '', nextByte: 0 });
    expect(await files.tail(log, 0)).toEqual({ text: 'one\nzwölf\nthree\n', nextByte: 17 });
    expect(await files.tail(log, 4, 7)).toEqual({ text: 'zwölf\n', nextByte: 11 });
    expect(await files.tail(log, -10)).toEqual({ text: 'three\n', nextByte: 17 });
    expect(await files.tail(log, 17)).toEqual({ text: '', nextByte: 17 });
    await files.put(log, 'short\n');
    expect(await files.tail(log, 17)).toEqual({ text: 'short\n', nextByte: 6 });
  });
});

describe('drivers', () => {
  const launched: string[] = [];
  const log = (name: string) => target.data.read(`runs/${name}/driver.log`);

  async function launch(name: string, script: string, environment: Record<string, string> = {}): Promise<void> {
    launched.push(name);
    await target.drivers.launch(name, ['sh', '-c', script], environment);
  }

  async function endOf(name: string): Promise<DriverState> {
    await until(async () => (await target.drivers.find(name)).state !== 'running', 60_000);
    return target.drivers.find(name);
  }

  /** What a program prints that runs to its end where drivers run. */
  async function printed(name: string, script: string): Promise<string> {
    await launch(name, script);
    await endOf(name);
    return (await log(name)) ?? '';
  }

  async function says(name: string, word: string): Promise<void> {
    await until(async () => ((await log(name)) ?? '').includes(word), 60_000);
  }

  afterAll(async () => {
    for (const name of launched) await target.drivers.signal(name, 'SIGKILL');
    for (const name of launched) await target.data.remove(`runs/${name}`);
  });

  test('can be alive, and one that was never launched is absent', async () => {
    expect(await target.drivers.canBeAlive()).toBe(true);
    expect(await target.drivers.find('doors-0')).toEqual({ state: 'absent' });
    expect(await target.drivers.signal('doors-0', 'SIGTERM')).toBe(false);
  });

  test('run in the folder of scripts, in UTF-8 and UTC, with the environment that they are given, and leave their words and exit code', async () => {
    const words = `it's "é", $HOME`;
    await launch('doors-1', 'pwd; printf "%s\\n" "$WORDS" "$LC_ALL"; date +%Z; echo to stderr >&2; exit 7', {
      WORDS: words,
    });
    expect(await endOf('doors-1')).toMatchObject({ state: 'ended', exitCode: 7 });
    const folder = target.src.pathForJobs('').replace(/\/$/, '');
    expect(await log('doors-1')).toBe(`${folder}\n${words}\nC.UTF-8\nUTC\nto stderr\n`);
    expect(await target.drivers.signal('doors-1', 'SIGKILL')).toBe(false);
  });

  test('see the shared files by the paths that jobs are told, and what they write there is seen', async () => {
    await target.src.put('doors é.txt', 'from the command line\n');
    const [from, to] = [target.src.pathForJobs('doors é.txt'), target.data.pathForJobs('runs/doors-2/answer')];
    await printed('doors-2', `cat '${from}' > '${to}'`);
    expect(await target.data.read('runs/doors-2/answer')).toBe('from the command line\n');
    await target.src.remove('doors é.txt');
  });

  test('run until they are asked to end, with all that they have started', async () => {
    await launch('doors-3', 'sleep 7201 & trap "echo asked; exit 143" TERM; echo ready; while :; do sleep 0.1; done');
    await says('doors-3', 'ready');
    expect(await target.drivers.find('doors-3')).toMatchObject({ state: 'running', pid: expect.any(Number) });
    expect(await target.drivers.signal('doors-3', 'SIGTERM')).toBe(true);
    expect(await endOf('doors-3')).toMatchObject({ state: 'ended', exitCode: 143 });
    expect(await log('doors-3')).toContain('asked');
    expect(await printed('doors-4', 'ps -eo args')).not.toContain('sleep 7201');
  });

  test('end at once when they are killed, with all that they have started, and tell 137', async () => {
    await launch('doors-5', 'trap "" TERM; sleep 7202 & echo ready; wait; sleep 7203');
    await says('doors-5', 'ready');
    expect(await target.drivers.signal('doors-5', 'SIGKILL')).toBe(true);
    expect(await endOf('doors-5')).toMatchObject({ state: 'ended', exitCode: 137 });
    expect(await printed('doors-6', 'ps -eo args')).not.toMatch(/sleep 720[23]/);
  });

  test('are lost when their wrapper was killed as well', async () => {
    await launch('doors-7', 'echo ready; exec sleep 7204');
    await says('doors-7', 'ready');
    const { pid, wrapper } = JSON.parse((await target.data.read('runs/doors-7/driver.json')) ?? '');
    await printed('doors-8', `kill -9 ${wrapper} ${pid}`);
    await until(async () => (await target.drivers.find('doors-7')).state === 'lost', 60_000);
  });

  test('are printed as a command that can be pasted, whatever the locale of the shell', async () => {
    const words = `it's "é", $HOME`;
    const command = ['sh', '-c', 'printf "%s %s\\n" "$WORDS" "$LC_ALL"; pwd'];
    const line = await target.drivers.commandLine(command, { WORDS: words });
    const { PATH, HOME } = process.env;
    for (const locale of [{}, { LC_ALL: 'C' }]) {
      const { stdout } = await run('sh', ['-c', line], { env: { PATH, HOME, ...locale } });
      expect(stdout).toBe(`${words} C.UTF-8\n${target.src.pathForJobs('').replace(/\/$/, '')}\n`);
    }
  });

  test('reach the broker and the master by the addresses of jobs', async () => {
    const [{ jobBootstrapServers }, { master }] = await Promise.all([target.kafka(), target.scheduler.address()]);
    const places = [jobBootstrapServers, master.replace('spark://', '')].map((place) => place.replace(':', '/'));
    for (const [index, place] of places.entries()) {
      const script = `bash -c 'exec 3<>/dev/tcp/${place}' && echo open`;
      expect(await printed(`doors-${9 + index}`, script)).toBe('open\n');
    }
  });
});

describe('services', () => {
  test('tell how each of them is, what this place lacks, and what a start would start, and nothing changes', async () => {
    const before = await target.services?.status();
    expect(before?.map(({ state }) => state)).toEqual(before?.map(() => 'running'));
    expect(before?.map(({ name }) => name)).toEqual(['broker', 'master', 'worker-1', 'worker-2']);
    expect((await target.services?.check())?.filter(({ isOk }) => !isOk)).toEqual([]);
    expect(await target.services?.plan()).toContain('worker-2');
    expect(await target.services?.status()).toEqual(before);
  });

  test('show what one of them wrote, as many lines as are asked for', async () => {
    const lines: LogLine[] = [];
    const options = { service: 'master', lines: 5, isFollowing: false };
    for await (const line of target.services?.logs(options, aborted.signal) ?? []) lines.push(line);
    expect(lines.map(({ service }) => service)).toEqual(Array(5).fill('master'));
  });
});

describe('the scheduler', () => {
  test('has room for one executor of a core for each core of the workers', async () => {
    await readyStatus(sharedProject());
    const look = await target.scheduler.look();
    if (!look) throw new Error(`the ${target.scheduler.name} does not answer`);
    expect(look.nodes).toHaveLength(2);
    const cores = coresOf(look);
    expect(cores).toEqual({ used: 0, total: expect.any(Number) });
    expect(roomFor(look, 512)).toMatchObject({ free: cores !== 'not told' && cores.total });
  });
});
