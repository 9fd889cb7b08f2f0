import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packagePath } from '../../../../src/project/package-files.js';
import { identifyProcess, isAlive, waitForEnd } from '../../../../src/project/process-identity.js';
import { establishHome } from '../../../../src/project/project-home.js';
import { LocalDrivers } from '../../../../src/targets/local/local-drivers.js';
import { LocalFolders, writeLocalState } from '../../../../src/targets/local/local-state.js';
import type { DriverState } from '../../../../src/targets/target.js';
import { makeLocalState } from '../../../fakes/local-state.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { waitUntil } from '../../wait-until.js';

const temporaryRoot = temporaryFolder();
const folders = new LocalFolders(join(temporaryRoot, 'tést, a state'));
const drivers = new LocalDrivers(folders, { ...process.env, SPARK_HOME: '/elsewhere' }, '/project');

beforeAll(() => {
  mkdirSync(folders.src, { recursive: true });
  mkdirSync(folders.data, { recursive: true });
  copyFileSync(packagePath('templates', 'run-driver.sh'), join(folders.src, 'run-driver.sh'));
});

const launched: string[] = [];
afterEach(async () => {
  await Promise.all(launched.splice(0).map((run) => drivers.signal(run, 'SIGKILL')));
});

async function launch(run: string, script: string, environment = {}): Promise<void> {
  launched.push(run);
  await drivers.launch(run, ['/bin/sh', '-c', script], environment);
}

const file = (run: string, name: string) => join(folders.data, 'runs', run, name);
const readLog = (run: string) => readFileSync(file(run, 'driver.log'), 'utf8');
const readDriver = (run: string) =>
  JSON.parse(readFileSync(file(run, 'driver.json'), 'utf8')) as { pid: number; wrapper: number };

async function endOf(run: string): Promise<DriverState> {
  await waitUntil(async () => (await drivers.find(run)).state !== 'running');
  return drivers.find(run);
}

async function logHolds(run: string, text: string): Promise<void> {
  await waitUntil(() => readLog(run).includes(text));
}

describe('launch', () => {
  test('runs the command in the folder of scripts and keeps its log and its exit code', async () => {
    await launch('a-1', 'pwd; echo err >&2; exit 7');
    expect(await endOf('a-1')).toEqual({
      state: 'ended',
      exitCode: 7,
      endedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(readLog('a-1')).toBe(`${folders.src}\nerr\n`);
  });

  test('passes arguments on as they are', async () => {
    const words = ['a b', '$(id)', `"'`, '*', '\\n'];
    await drivers.launch('a-2', ['/bin/sh', '-c', 'printf "<%s>\\n" "$@"', 'sh', ...words], {});
    await endOf('a-2');
    expect(readLog('a-2')).toBe(words.map((word) => `<${word}>\n`).join(''));
  });

  test("gives the clean environment and the cluster's own, and no input", async () => {
    await launch('a-3', 'echo "$SPARK_HOME $SPARK_LOCAL_IP $TZ $LC_ALL"; cat', { SPARK_LOCAL_IP: '127.0.0.1' });
    expect(await endOf('a-3')).toMatchObject({ exitCode: 0 });
    expect(readLog('a-3')).toBe(' 127.0.0.1 UTC C.UTF-8\n');
  });

  test('says so when the command does not exist', async () => {
    await drivers.launch('a-4', ['/no/such/spark-submit'], {});
    expect(await endOf('a-4')).toMatchObject({ state: 'ended', exitCode: 127 });
    expect(readLog('a-4')).toContain('/no/such/spark-submit');
  });

  test('leads a session of its own', async () => {
    await launch('a-5', 'ps -o sid= -p $$; sleep 60');
    await logHolds('a-5', '\n');
    expect(Number(readLog('a-5'))).toBe(readDriver('a-5').wrapper);
  });
});

describe('commandLine', () => {
  test('is a command that gets in any shell what launch gives it', async () => {
    const words = ['/bin/sh', '-c', 'echo "$SPARK_HOME|$SPARK_LOCAL_IP|$TZ|$LC_ALL|$1"; pwd', 'sh', "ärger, it's"];
    const line = await drivers.commandLine(words, { SPARK_LOCAL_IP: '127.0.0.1' });
    const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'Asia/Tokyo', SPARK_HOME: '/elsewhere' };
    const printed = execFileSync('/bin/sh', ['-c', line], { env, encoding: 'utf8' });
    expect(printed).toBe(`|127.0.0.1|UTC|C.UTF-8|ärger, it's\n${folders.src}\n`);
  });
});

describe('find', () => {
  test('knows nothing of a run that was never launched', async () => {
    expect(await drivers.find('absent-1')).toEqual({ state: 'absent' });
  });

  test('tells the pid of a running driver', async () => {
    await launch('b-1', 'echo $$; sleep 60');
    await logHolds('b-1', '\n');
    expect(await drivers.find('b-1')).toEqual({ state: 'running', pid: Number(readLog('b-1')) });
  });

  test('calls a driver lost that was killed together with its wrapper', async () => {
    await launch('b-2', 'exec sleep 60');
    const { pid, wrapper } = readDriver('b-2');
    process.kill(wrapper, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    expect(await endOf('b-2')).toEqual({ state: 'lost' });
  });

  test('does not take another process with the same pid for the driver, and never signals it', async () => {
    const { pid } = process;
    mkdirSync(join(folders.data, 'runs', 'b-3'), { recursive: true });
    writeFileSync(file('b-3', 'driver.json'), JSON.stringify({ pid, startTime: 'another', wrapper: 2 ** 30 }));
    expect(await drivers.find('b-3')).toEqual({ state: 'lost' });
    expect(await drivers.signal('b-3', 'SIGTERM')).toBe(false);
  });
});

describe('a driver of a project whose folder is', () => {
  function make(name: string) {
    const root = join(temporaryRoot, name);
    const inFolder = (at: string) => {
      const own = new LocalFolders(join(at, '.millrace'));
      return new LocalDrivers(own, process.env, at);
    };
    const own = new LocalFolders(join(root, '.millrace'));
    establishHome(own.state);
    mkdirSync(own.src);
    mkdirSync(own.data);
    copyFileSync(packagePath('templates', 'run-driver.sh'), join(own.src, 'run-driver.sh'));
    return { root, inFolder, here: inFolder(root) };
  }
  const SLEEP = ['/bin/sh', '-c', 'env | grep MILLRACE_DRIVER; exec sleep 60'];

  test('copied is not seen as alive there, nor waited for, nor signalled', async () => {
    const { root, inFolder, here } = make('"o\\riginal", 車');
    await here.launch('r-1', SLEEP, {});
    const copy = join(temporaryRoot, 'copy');
    cpSync(root, copy, { recursive: true });
    const began = Date.now();
    expect(await inFolder(copy).find('r-1')).toEqual({ state: 'lost' });
    expect(Date.now() - began).toBeLessThan(4_000);
    for (const name of ['SIGTERM', 'SIGKILL'] as const) expect(await inFolder(copy).signal('r-1', name)).toBe(false);
    expect(await here.find('r-1')).toMatchObject({ state: 'running' });
    expect(readFileSync(join(root, '.millrace', 'data', 'runs', 'r-1', 'driver.log'), 'utf8')).toBe('');
    await here.signal('r-1', 'SIGKILL');
  });

  test('moved is still its own, known to work in the old place, and can be stopped', async () => {
    const { root, inFolder, here } = make('moving');
    await here.launch('r-1', SLEEP, {});
    renameSync(root, `${root}-on`);
    const there = inFolder(`${root}-on`);
    expect(await there.find('r-1')).toEqual({ state: 'running', pid: expect.any(Number), isMoved: true });
    expect(await there.signal('r-1', 'SIGTERM')).toBe(true);
    await waitUntil(async () => (await there.find('r-1')).state !== 'running');
    // Its wrapper writes where it was started, whatever that is called by now, and nothing into what has the old name.
    expect(await there.find('r-1')).toMatchObject({ state: 'ended', exitCode: 143 });
    expect(existsSync(root)).toBe(false);
  });
});

describe('signal', () => {
  test('lets a driver tidy up, and keeps its exit code', async () => {
    await launch('c-1', 'trap "echo tidied; exit 3" TERM; echo ready; while :; do sleep 0.05; done');
    await logHolds('c-1', 'ready');
    expect(await drivers.signal('c-1', 'SIGTERM')).toBe(true);
    expect(await endOf('c-1')).toMatchObject({ state: 'ended', exitCode: 3 });
    expect(readLog('c-1')).toContain('tidied');
  });

  test('a driver that SIGTERM ended has exit code 143', async () => {
    await launch('c-2', 'echo ready; exec sleep 60');
    await logHolds('c-2', 'ready');
    await drivers.signal('c-2', 'SIGTERM');
    expect(await endOf('c-2')).toMatchObject({ exitCode: 143 });
  });

  test('a driver that ignores SIGTERM goes on, and SIGKILL leaves exit code 137', async () => {
    await launch('c-3', 'trap "" TERM; echo ready; while :; do sleep 0.05; done');
    await logHolds('c-3', 'ready');
    await drivers.signal('c-3', 'SIGTERM');
    expect(await drivers.find('c-3')).toMatchObject({ state: 'running' });
    expect(await drivers.signal('c-3', 'SIGKILL')).toBe(true);
    expect(await drivers.find('c-3')).toMatchObject({ state: 'ended', exitCode: 137 });
  });

  test('reaches the children of a driver', async () => {
    await launch('c-4', 'sleep 60 & echo $! > child; echo ready; wait');
    await logHolds('c-4', 'ready');
    const child = identifyProcess(Number(readFileSync(join(folders.src, 'child'), 'utf8')));
    expect(child).toBeDefined();
    await drivers.signal('c-4', 'SIGKILL');
    expect(child && (await waitForEnd(child, 5_000))).toBe(true);
  });

  test('signals nothing once the driver has ended', async () => {
    await launch('c-5', 'exit 0');
    await endOf('c-5');
    expect(await drivers.signal('c-5', 'SIGTERM')).toBe(false);
    expect(await drivers.signal('absent-1', 'SIGKILL')).toBe(false);
  });
});

describe('a driver', () => {
  test('goes on after the command line that launched it was killed', async () => {
    const module = pathToFileURL(packagePath('dist', 'src', 'targets', 'local', 'local-drivers.js')).href;
    const state = pathToFileURL(packagePath('dist', 'src', 'targets', 'local', 'local-state.js')).href;
    const script = `
      const { LocalDrivers } = await import(${JSON.stringify(module)});
      const { LocalFolders } = await import(${JSON.stringify(state)});
      const drivers = new LocalDrivers(new LocalFolders(${JSON.stringify(folders.state)}), process.env, '/project');
      await drivers.launch('d-1', ['/bin/sh', '-c', 'while [ ! -e go ]; do sleep 0.05; done; exit 5'], {});
      console.log('launched');
      setInterval(() => {}, 1000);`;
    const launcher: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    launched.push('d-1');
    const identity = identifyProcess(launcher.pid as number);
    await new Promise((resolve) => launcher.stdout?.once('data', resolve));
    launcher.kill('SIGKILL');
    expect(identity && (await waitForEnd(identity, 5_000))).toBe(true);
    const driver = await drivers.find('d-1');
    expect(driver).toMatchObject({ state: 'running' });
    writeFileSync(join(folders.src, 'go'), '');
    expect(await endOf('d-1')).toMatchObject({ state: 'ended', exitCode: 5 });
  });

  test('has a wrapper that ends with it', async () => {
    await launch('d-2', 'sleep 60');
    const wrapper = identifyProcess(readDriver('d-2').wrapper);
    expect(wrapper && isAlive(wrapper)).toBe(true);
    await drivers.signal('d-2', 'SIGTERM');
    expect(wrapper && (await waitForEnd(wrapper, 5_000))).toBe(true);
  });
});

describe('submitClient', () => {
  test('needs a cluster that is up', async () => {
    expect(await failureOf(drivers.submitClient())).toMatchObject({
      code: 'CLUSTER_NOT_RUNNING',
      exitCode: 3,
      project: '/project',
    });
  });

  test('encodes commas and blanks in paths, since Spark splits its lists at them', async () => {
    await writeLocalState(folders, makeLocalState({ connectorJars: ['/cache, of mine/a.jar'] }));
    expect(await drivers.submitClient()).toMatchObject({
      sparkSubmit: '/spark/bin/spark-submit',
      connectorJars: ['local:/cache%2C%20of%20mine/a.jar'],
      environment: { JAVA_HOME: '/java', SPARK_HOME: '/spark', PYSPARK_PYTHON: '/venv/bin/python' },
    });
  });

  test('has the class path that the archive of classes was made with, where there is one', async () => {
    const connectorJars = ['/cache, of mine/a.jar', '/cache, of mine/b.jar'];
    await writeLocalState(folders, makeLocalState({ connectorJars }));
    expect(await drivers.submitClient()).not.toHaveProperty('classArchive');
    const localFilesJar = '/cache, of mine/files.jar';
    await writeLocalState(folders, makeLocalState({ connectorJars, localFilesJar, classArchive: '/cache/x.jsa' }));
    expect(await drivers.submitClient()).toMatchObject({
      localFilesJar,
      classArchive: { path: '/cache/x.jsa', classPath: [localFilesJar, ...connectorJars] },
    });
  });
});
