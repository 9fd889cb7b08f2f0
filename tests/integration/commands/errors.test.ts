import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../cli.js';

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'empty '));
});
afterAll(() => rm(project, { recursive: true }));

describe('without a cluster', () => {
  test.each([
    [['topic', 'list']],
    [['topic', 'tail', 'cars']],
    [['seed', 'cars']],
    [['seed', 'news']],
    [['submit', 'windowed-cars']],
    [['train', 'model']],
  ])('%j ends with 3 and the command that helps', async (args) => {
    const { exitCode, stdout, stderr } = await cli(['--json', ...args], { project });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'CLUSTER_NOT_RUNNING',
      hint: expect.stringContaining('millrace cluster up'),
    });
  });

  test('status says stopped and ends with 10; down and runs list have nothing to do', async () => {
    const status = await cli(['--json', 'cluster', 'status'], { project });
    expect(status.exitCode).toBe(10);
    expect(JSON.parse(status.stdout)).toMatchObject({ target: 'local', state: 'stopped' });
    expect((await cli(['cluster', 'down'], { project })).exitCode).toBe(0);
    expect(JSON.parse((await cli(['--json', 'runs', 'list'], { project })).stdout)).toMatchObject({ runs: [] });
  });
});

test('a damaged cluster.json is an error that names it, and no reason for a second cluster', async () => {
  const damaged = await mkdtemp(join(tmpdir(), 'damaged '));
  const file = join(damaged, '.millrace', 'cluster.json');
  await mkdir(join(damaged, '.millrace'));
  await writeFile(file, '{"target": "lo');
  const { exitCode, stdout, stderr } = await cli(['--json', 'cluster', 'up'], {
    project: damaged,
    env: { MILLRACE_TARGET: '' },
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'CLUSTER_FILE_DAMAGED',
    message: expect.stringContaining(file),
    hint: expect.stringContaining('--target'),
  });
  expect((await cli(['cluster', 'status', '--target', 'local'], { project: damaged })).exitCode).toBe(10);
  await rm(damaged, { recursive: true });
});

describe('a wrong command line', () => {
  test.each([
    [['cluster', 'sideways']],
    [['cluster', 'up', '--workers', 'none']],
    [['cluster', 'up', '--ports', 'some']],
    [['seed', 'cars', '--rate', 'fast']],
    [['seed', 'cars', '--append', '--replace']],
    [['submit']],
    [['submit', 'no-such-job']],
    [['render', 'windowed-cars', '--trigger', '5 parsecs']],
    [['--target', 'moon', 'job', 'list']],
    [['runs', 'stop', 'never-1']],
    [['job', 'show', '../../package']],
  ])('%j ends with 2, one sentence and a hint', async (args) => {
    const { exitCode, stdout, stderr } = await cli(['--json', ...args], { project });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    const { error } = JSON.parse(stderr);
    expect(error.message.length).toBeGreaterThan(10);
    expect(error.hint.length).toBeGreaterThan(5);
  });

  test('help and version end with 0', async () => {
    expect((await cli(['--help'])).exitCode).toBe(0);
    expect((await cli(['submit', '--help'])).stdout).toContain('--trigger');
    expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('every mistake of a millrace.yaml is named at once', async () => {
    await writeFile(join(project, 'millrace.yaml'), 'workers: many\nports: {broker: 99999}\ncolour: red\n');
    const { exitCode, stderr } = await cli(['--json', 'job', 'list'], { project });
    await rm(join(project, 'millrace.yaml'));
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error.message).toMatch(/workers[\s\S]*ports[\s\S]*colour/);
  });
});

describe('a machine that lacks something', () => {
  test('Java 11 is refused by doctor and by cluster up, before anything starts', async () => {
    const home = await fakeJavaHome('11.0.22');
    const env = { MILLRACE_JAVA: home };
    const doctor = await cli(['--json', 'doctor'], { project, env });
    expect(doctor.exitCode).toBe(3);
    const java = JSON.parse(doctor.stdout).checks.find(({ name }: { name: string }) => name === 'Java');
    expect(java).toMatchObject({ isOk: false, found: expect.stringContaining('11.0.22') });
    const up = await cli(['--json', 'cluster', 'up', '--ports', 'auto'], { project, env });
    expect(up.exitCode).toBe(3);
    expect(JSON.parse(up.stderr).error.message).toContain('11.0.22');
    await rm(home, { recursive: true });
  });

  test('a sound one passes the doctor', async () => {
    const { exitCode, stdout } = await cli(['--json', 'doctor'], { project, env: { MILLRACE_PORTS: 'auto' } });
    expect({ exitCode, stdout: JSON.parse(stdout).isHealthy }).toEqual({ exitCode: 0, stdout: true });
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test : test.skip)('a full disk is refused by cluster up, before anything starts', async () => {
    const small = await mkdtemp(join(tmpdir(), 'small '));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=50m', 'tmpfs', small]);
    try {
      const { exitCode, stderr } = await cli(['--json', 'cluster', 'up', '--ports', 'auto'], { project: small });
      expect(exitCode).toBe(3);
      expect(JSON.parse(stderr).error).toMatchObject({ code: 'NO_SPACE', message: expect.stringContaining(small) });
    } finally {
      execFileSync('umount', [small]);
      await rm(small, { recursive: true });
    }
  });

  /** A stand-in for another installation: it answers the version question as Java 11 does. */
  async function fakeJavaHome(version: string): Promise<string> {
    const home = await mkdtemp(join(tmpdir(), 'java-'));
    await mkdir(join(home, 'bin'));
    const answer = `    java.home = ${home}\n    java.version = ${version}\nopenjdk version "${version}"`;
    await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\ncat >&2 <<'EOF'\n${answer}\nEOF\n`);
    await chmod(join(home, 'bin', 'java'), 0o755);
    return home;
  }
});
