import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cli, cliJson } from '../cli.js';
import { bootstrapServers } from '../kafka.js';
import { run } from '../target-data.js';
import { until } from '../until.js';

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'refused '));
});
afterAll(() => rm(project, { recursive: true }));

const up = ['--json', 'cluster', 'up', '--target', 'docker', '--ports', 'auto'];
const errorOf = (stderr: string) => JSON.parse(stderr.trim().split('\n').at(-1) ?? '{}').error;

async function refusal(args: readonly string[], env: Record<string, string> = {}) {
  const { exitCode, stderr, stdout } = await cli(args, { project, env });
  expect(stdout).toBe('');
  return { exitCode, ...errorOf(stderr) };
}

describe('cluster up --target docker is refused', () => {
  test('without an engine', async () => {
    expect(await refusal(up, { DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toMatchObject({
      exitCode: 3,
      code: 'DOCKER_UNREACHABLE',
      message: expect.stringContaining('/nowhere/docker.sock'),
      hint: expect.stringContaining('--target local'),
    });
  });

  test('without the docker command line', async () => {
    expect(await refusal(up, { PATH: project })).toMatchObject({ exitCode: 3, code: 'DOCKER_MISSING' });
  });

  // Compose lies in the user's own folder or in the system's: only the first can be hidden from a test.
  const elsewhere = { ...process.env, DOCKER_CONFIG: tmpdir() };
  const isHidden = spawnSync('docker', ['compose', 'version'], { env: elsewhere }).status !== 0;
  (isHidden ? test : test.skip)('with an engine that has no compose v2', async () => {
    expect(await refusal(up, { DOCKER_CONFIG: tmpdir() })).toMatchObject({ exitCode: 3, code: 'COMPOSE_MISSING' });
  });

  test('with mistakes of its own settings', async () => {
    expect(await refusal([...up, '--spark-version', 'newest'])).toMatchObject({ exitCode: 2, code: 'USAGE' });
    expect(await refusal([...up, '--spark-version', '3.5.1'])).toMatchObject({
      exitCode: 2,
      code: 'VULNERABLE_VERSION',
      message: expect.stringMatching(/CVE-2025-55039.*CVE-2025-54920/),
      hint: expect.stringContaining('--allow-vulnerable'),
    });
    const onLocal = ['--json', 'cluster', 'up', '--target', 'local', '--ports', 'auto'];
    expect(await refusal([...onLocal, '--coordination', 'zookeeper'])).toMatchObject({ exitCode: 2 });
    expect(await refusal([...onLocal, '--spark-version', '3.5.8'])).toMatchObject({ exitCode: 2 });
  });

  test('when an image cannot be pulled: with its name, the words of the registry, and the setting for a mirror', async () => {
    expect(await refusal(up, { MILLRACE_MIRRORS_IMAGES: '127.0.0.1:9/hub' })).toMatchObject({
      exitCode: 5,
      code: 'PULL_FAILED',
      message: expect.stringMatching(/127\.0\.0\.1:9\/hub\/apache\/kafka:4\.4\.0.*connection refused/),
      hint: expect.stringContaining('mirrors.images'),
    });
    const after = await run('docker', [
      'ps',
      '-aq',
      '--filter',
      `label=com.docker.compose.project.working_dir=${project}`,
    ]);
    expect(after.stdout).toBe('');
  });

  test('when its port is taken, with the holder', async () => {
    const port = (await bootstrapServers()).split(':')[1] ?? '';
    const taken = ['--json', 'cluster', 'up', '--target', 'docker'];
    expect(await refusal(taken, { MILLRACE_PORTS_BROKER: port })).toMatchObject({
      exitCode: 3,
      code: 'PORT_TAKEN',
      message: expect.stringMatching(new RegExp(`Port ${port}.*docker-proxy.*process \\d+`)),
    });
  });
});

describe('without an answer from Docker', () => {
  test('auto takes local and says why; a project whose cluster is in Docker says that the engine is gone', async () => {
    const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const auto = await cliJson<{ target: string; reason: string }>(['cluster', 'up', '--dry-run', '--ports', 'auto'], {
      project,
      env: nowhere,
    });
    expect(auto).toMatchObject({ target: 'local', reason: expect.stringContaining('/nowhere/docker.sock') });
    const doctor = await cli(['--json', 'doctor', '--target', 'docker'], { project, env: nowhere });
    expect(doctor.exitCode).toBe(3);
    expect(JSON.parse(doctor.stdout).checks.find(({ name }: { name: string }) => name === 'Docker').isOk).toBe(false);
    const docker = await cliJson<{ target: string; reason: string }>(
      ['cluster', 'up', '--dry-run', '--ports', 'auto'],
      {
        project,
      },
    );
    expect(docker).toMatchObject({ target: 'docker', reason: expect.stringMatching(/Docker [\d.]+.*compose [\d.]+/) });
    const status = ['--json', 'cluster', 'status', '--target', 'docker'];
    expect(await refusal(status, nowhere)).toMatchObject({ exitCode: 3, code: 'DOCKER_UNREACHABLE' });
  });

  test('a sound Docker passes the doctor', async () => {
    const checks = ['--json', 'doctor', '--target', 'docker'];
    const { exitCode, stdout } = await cli(checks, { project, env: { MILLRACE_PORTS: 'auto' } });
    expect({ exitCode, isHealthy: JSON.parse(stdout).isHealthy }).toEqual({ exitCode: 0, isHealthy: true });
  });
});

const isRoot = process.getuid?.() === 0;

// These need root: another user's rights, another engine, a small disk.
(isRoot ? describe : describe.skip)('as another user, on a small disk', () => {
  test('the engine lets nobody in who may not use its socket', async () => {
    const home = await mkdtemp(join(tmpdir(), 'nobody-'));
    await chmod(home, 0o777);
    const plugins = join(home, 'docker', 'cli-plugins');
    await mkdir(plugins, { recursive: true });
    const { stdout } = await run('docker', [
      'info',
      '--format',
      '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}',
    ]);
    await cp(stdout.trim(), join(plugins, 'docker-compose'));
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, resolve('bin/cli')];
    const env = { PATH: process.env.PATH, HOME: home, DOCKER_CONFIG: join(home, 'docker') };
    const failure = await run('setpriv', [...nobody, '--project', join(home, 'p'), ...up], { env }).catch(
      (error) => error,
    );
    await rm(home, { recursive: true });
    expect({ exitCode: failure.code, ...errorOf(failure.stderr) }).toMatchObject({
      exitCode: 3,
      code: 'DOCKER_DENIED',
      hint: expect.stringContaining('usermod -aG docker'),
    });
  });

  test('an engine whose disk is full starts nothing, and its folder is named', async () => {
    const small = await mkdtemp(join(tmpdir(), 'small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', small]);
    const host = `unix://${small}/docker.sock`;
    const flags = [
      `--data-root=${small}/data`,
      `--exec-root=${small}/exec`,
      `--pidfile=${small}/pid`,
      `--host=${host}`,
    ];
    const rest = ['--bridge=none', '--iptables=false', '--storage-driver=vfs'];
    // In a network of its own: an engine without a bridge takes away the bridge of the one that runs.
    const engine = spawn('unshare', ['--net', 'dockerd', ...flags, ...rest], { stdio: 'ignore' });
    const ended = new Promise((done) => engine.once('close', done));
    try {
      await until(
        () =>
          run('docker', ['--host', host, 'info']).then(
            () => true,
            () => false,
          ),
        180_000,
        500,
      );
      expect(await refusal(up, { DOCKER_HOST: host })).toMatchObject({
        exitCode: 3,
        code: 'NO_SPACE',
        message: expect.stringContaining(`${small}/data`),
      });
    } finally {
      engine.kill();
      await ended;
      execFileSync('umount', ['-R', small]);
      await rm(small, { recursive: true });
    }
  });
});
