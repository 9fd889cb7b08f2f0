import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../../src/project/package-files.js';
import { identifyProcess } from '../../../../src/project/process-identity.js';
import { DockerFiles } from '../../../../src/targets/docker/docker-files.js';
import { DockerFolders } from '../../../../src/targets/docker/docker-state.js';
import { DockerEngine } from '../../../../src/targets/docker/engine.js';
import { ContainerSession } from '../../../../src/targets/docker/session.js';
import { toShell } from '../../../../src/targets/shell.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { waitUntil } from '../../wait-until.js';

const parent = temporaryFolder();
const PROGRAM = packagePath('docker', 'spark', 'shared-files.py');
const IMAGE = 'millrace-spark:4.2.0-0123456789';

const sessions: ContainerSession[] = [];
const logs: string[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  // One that is left behind would keep the test, as it would keep a command, from ending.
  for (const log of logs.splice(0)) for (const pid of leftBehind(log)) process.kill(pid, 'SIGKILL');
});

function leftBehind(log: string): number[] {
  const pids = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean).map(Number) : [];
  return pids.filter((pid) => identifyProcess(pid) !== undefined);
}

interface Engine {
  readonly isMasterRunning?: boolean;
  readonly hasVolumes?: boolean;
  readonly hasImage?: boolean;
  /** What a container's program does, in place of the real one. */
  readonly program?: string;
}

/** An engine whose containers are processes of this machine; a folder takes the place of the volume `data`. */
function make(engine: Engine) {
  const { isMasterRunning = true, hasVolumes = true, hasImage = true, program } = engine;
  const project = mkdtempSync(join(parent, 'project-'));
  const folders = new DockerFolders(join(project, '.millrace'));
  const bin = join(project, 'bin');
  const log = join(project, 'calls');
  const pids = join(project, 'pids');
  logs.push(pids);
  mkdirSync(bin);
  const master = join(project, 'master runs');
  const startMaster = () => writeFileSync(master, '');
  if (isMasterRunning) startMaster();
  const volumes = hasVolumes ? `${folders.volume('data')}\\n${folders.volume('src')}\\n` : '';
  const script = [
    '#!/bin/sh',
    `printf '%s\\n' "$*" >>${toShell([log])}`,
    'case "$1" in',
    `  ps) [ ! -e ${toShell([master])} ] || printf '0123456789ab\\tmaster\\trunning\\t%s\\n' ${toShell([project])} ;;`,
    `  volume) printf '${volumes}' ;;`,
    `  image) ${hasImage ? 'echo sha256:01' : 'echo "Error response from daemon: No such image: x" >&2; exit 1'} ;;`,
    `  exec|run) echo $$ >>${toShell([pids])}; ${program ?? `exec python3 -u ${toShell([PROGRAM])}`} ;;`,
    'esac',
  ];
  writeFileSync(join(bin, 'docker'), `${script.join('\n')}\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const session = new ContainerSession(new DockerEngine(env), folders, async () => IMAGE);
  sessions.push(session);
  const data = new DockerFiles(session, join(project, 'volume'), () => folders.volume('data'));
  const containers = () => readFileSync(log, 'utf8').match(/^(exec|run) .*$/gm) ?? [];
  return {
    session,
    data,
    folders,
    containers,
    startMaster,
    left: () => leftBehind(pids),
    volume: join(project, 'volume'),
  };
}

describe('DockerFiles', () => {
  test('reads back what it put, bytes and mode as they were', async () => {
    const { data, volume } = make({});
    await data.put('runs/cars-1/job.py', 'print("ž")\n', 0o755);
    await data.put('model', Uint8Array.from([0, 255, 10, 13]));
    expect(await data.read('runs/cars-1/job.py')).toBe('print("ž")\n');
    expect(await data.read('missing')).toBeUndefined();
    expect([...readFileSync(join(volume, 'model'))]).toEqual([0, 255, 10, 13]);
    expect(await data.list('runs')).toEqual(['cars-1']);
    expect(await data.tail('runs/cars-1/job.py', 0)).toEqual({ text: 'print("ž")\n', nextByte: 12 });
    await data.rename('runs/cars-1', 'old/cars-1');
    expect(await data.list('runs')).toEqual([]);
    await data.remove('old');
    expect(existsSync(join(volume, 'old'))).toBe(false);
    expect(await data.freeBytes()).toBeGreaterThan(0);
  });

  test('tells jobs and users where a file is', () => {
    const { session, folders } = make({});
    const data = new DockerFiles(session, '/opt/data', () => folders.volume('data'));
    expect(data.pathForJobs('runs/a')).toBe('/opt/data/runs/a');
    expect(data.pathForJobs('')).toMatch(/^\/opt\/data\/?$/);
    expect(data.describe('runs/a')).toBe(`/opt/data/runs/a (Docker volume ${folders.name}_data)`);
  });

  test('takes one container for all that a command asks', async () => {
    const { data, containers } = make({});
    await data.put('a', '');
    await Promise.all(['a', 'b', 'c'].map((path) => data.read(path)));
    expect(containers()).toEqual(['exec -i 0123456789ab python3 -u /opt/millrace/shared-files.py']);
  });

  test('takes one container also for questions that are asked at once, and leaves none behind', async () => {
    const { data, session, containers, left } = make({});
    await Promise.all(['a', 'b', 'c'].map((path) => data.read(path)));
    await session.close();
    expect(containers()).toHaveLength(1);
    await waitUntil(() => left().length === 0);
  });

  test('leaves no process behind once it is closed', async () => {
    const { data, session, left } = make({});
    await data.put('a', '');
    expect(left()).toHaveLength(1);
    await session.close();
    await waitUntil(() => left().length === 0);
  });

  test('goes over into the master once that runs again, and loses no question that was asked meanwhile', async () => {
    const { data, session, containers, startMaster } = make({ isMasterRunning: false });
    await data.put('a', 'x');
    expect(await session.hasDrivers()).toBe(false);
    startMaster();
    const answers = await Promise.all([data.read('a'), session.hasDrivers(), data.read('a'), session.hasDrivers()]);
    expect(answers).toEqual(['x', true, 'x', true]);
    expect(containers().map((call) => call.split(' ')[0])).toEqual(['run', 'exec']);
    expect(await data.read('a')).toBe('x');
  });

  test('works in a container of its own while the cluster is down, without a network', async () => {
    const { data, session, folders, containers } = make({ isMasterRunning: false });
    await data.put('a', 'x');
    expect(await data.read('a')).toBe('x');
    expect(await session.hasDrivers()).toBe(false);
    const [run, ...more] = containers();
    expect(more).toEqual([]);
    expect(run).toMatch(/^run --rm -i --network none /);
    expect(run).toContain(`-v ${folders.volume('data')}:/opt/data`);
    expect(run).toContain(IMAGE);
  });

  test('has nothing to read, and cannot write, before the first cluster', async () => {
    const { data, containers } = make({ isMasterRunning: false, hasVolumes: false });
    expect(await data.read('a')).toBeUndefined();
    expect(await data.list('runs')).toEqual([]);
    expect(await data.tail('log', 7)).toEqual({ text: '', nextByte: 0 });
    await data.remove('a');
    expect(await failureOf(data.put('a', ''))).toMatchObject({ code: 'VOLUMES_MISSING', exitCode: 3 });
    expect(containers()).toEqual([]);
  });

  test('says what to do when the image is gone', async () => {
    const { data } = make({ isMasterRunning: false, hasImage: false });
    expect(await failureOf(data.read('a'))).toMatchObject({ code: 'VOLUMES_MISSING' });
  });

  test('names the operation and the path that failed, and goes on', async () => {
    const { data, volume } = make({});
    await data.put('a', 'x');
    expect(await failureOf(data.rename('missing', 'b'))).toMatchObject({
      code: 'DOCKER_FAILED',
      message: expect.stringContaining(`rename ${join(volume, 'missing')}`),
    });
    expect(await data.read('a')).toBe('x');
  });

  test('says that the disk is full', async () => {
    const answer = '{"error": "[Errno 28] No space left on device", "code": "ENOSPC"}';
    const { data } = make({ program: `echo '{"result": "ready"}'; read -r line; echo '${answer}'; cat >/dev/null` });
    expect(await failureOf(data.put('a', ''))).toMatchObject({ code: 'NO_SPACE', exitCode: 3 });
  });

  test('says why a container could not be entered', async () => {
    const { data } = make({ program: 'echo "Error response from daemon: container 0123 is not running" >&2; exit 1' });
    expect(await failureOf(data.read('a'))).toMatchObject({
      code: 'DOCKER_FAILED',
      message: expect.stringContaining('container 0123 is not running'),
    });
  });

  test('looks for another container after the first has ended', async () => {
    const program = `echo '{"result": "ready"}'; read -r line; echo '{"result": "x"}'; exit 0`;
    const { data, session, containers } = make({ program });
    expect(await data.read('a')).toBe('x');
    await session.close();
    expect(await data.read('a')).toBe('x');
    expect(containers()).toHaveLength(2);
  });

  test('fails a question whose container was killed, and does not wait', async () => {
    const { data } = make({ program: `echo '{"result": "ready"}'; read -r line; kill -KILL $$` });
    const askedAt = Date.now();
    expect(await failureOf(data.read('a'))).toMatchObject({ code: 'DOCKER_FAILED' });
    expect(Date.now() - askedAt).toBeLessThan(30_000);
  });
});
