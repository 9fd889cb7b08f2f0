import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '../../../../src/errors.js';
import { failureFacts } from '../../../../src/report/failure.js';
import { DockerEngine, explainFailure } from '../../../../src/targets/docker/engine.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { ANSWERING, type Answer, INFO, standInDocker } from './stand-in-docker.js';

const folder = temporaryFolder();

const explain = (stderr: string, stdout = '') =>
  explainFailure(['compose', '--project-name', 'millrace-1a2b3c4d', '--project-directory', '/p', 'up'], {
    stdout,
    stderr,
    exitCode: 1,
  }) as MillraceError;

const ENDPOINT =
  'driver failed programming external connectivity on endpoint millrace-1a2b3c4d-broker-1 (9f3306d5c0e1);';
const NETWORKING = `Error response from daemon: failed to set up container networking: ${ENDPOINT.slice(0, -1)}:`;

describe('explainFailure', () => {
  test.each([
    [
      'DOCKER_DENIED',
      'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/containers/json": dial unix /var/run/docker.sock: connect: permission denied',
    ],
    [
      'DOCKER_DENIED',
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Head "http://%2Fvar%2Frun%2Fdocker.sock/_ping": dial unix /var/run/docker.sock: connect: permission denied',
    ],
    ['DOCKER_DENIED', 'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock'],
    [
      'DOCKER_UNREACHABLE',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
    [
      'DOCKER_UNREACHABLE',
      'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    ],
    [
      'DOCKER_UNREACHABLE',
      'error during connect: Get "http://%2F%2F.%2Fpipe%2FdockerDesktopLinuxEngine/v1.46/info": open //./pipe/dockerDesktopLinuxEngine: The system cannot find the file specified.',
    ],
    ['COMPOSE_MISSING', "docker: 'compose' is not a docker command.\nSee 'docker --help'"],
    ['COMPOSE_MISSING', "docker: unknown command: docker compose\n\nRun 'docker --help' for more information"],
    ['COMPOSE_MISSING', "unknown shorthand flag: 'f' in -f\nSee 'docker --help'."],
    [
      'COMPOSE_MISSING',
      "unknown flag: --project-name\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information",
    ],
    ['NO_SPACE', 'failed to register layer: write /opt/spark/jars/spark-core_2.13-4.2.0.jar: no space left on device'],
    ['NO_SPACE', 'Error response from daemon: mkdir /var/lib/docker/overlay2/53f8-init: no space left on device'],
    ['NO_SPACE', 'tar: write error: No space left on device'],
    [
      'DOCKER_FAILED',
      'Error response from daemon: client version 1.54 is too new. Maximum supported API version is 1.43',
    ],
    ['DOCKER_FAILED', ''],
  ])('sees %s in: %s', (code, stderr) => {
    expect(explain(stderr)).toMatchObject({ code });
  });

  test.each([
    [
      9092,
      `Error response from daemon: ${ENDPOINT} Error starting userland proxy: listen tcp4 127.0.0.1:9092: bind: address already in use`,
    ],
    [
      9092,
      `${NETWORKING} failed to bind port 127.0.0.1:9092/tcp: Error starting userland proxy: listen tcp4 127.0.0.1:9092: bind: address already in use`,
    ],
    [9092, `${NETWORKING} failed to bind host port for 127.0.0.1:9092:172.18.0.2:9092/tcp: address already in use`],
    [19092, `${NETWORKING} failed to bind host port for 127.0.0.1:19092:172.18.0.2:9092/tcp: address already in use`],
    [19092, `${NETWORKING} failed to bind host port 127.0.0.1:19092/tcp: address already in use`],
    [8080, 'Error response from daemon: Bind for 127.0.0.1:8080 failed: port is already allocated'],
    [8081, `${NETWORKING} Bind for 127.0.0.1:8081 failed: port is already allocated`],
    [
      4040,
      'Error response from daemon: Ports are not available: exposing port TCP 127.0.0.1:4040 -> 127.0.0.1:0: listen tcp 127.0.0.1:4040: bind: address already in use',
    ],
    [
      8080,
      `time="2026-11-24T12:10:53Z" level=warning msg="Found orphan containers ([x]) for this project"\nError response from daemon: Bind for 127.0.0.1:8080 failed: port is already allocated`,
    ],
  ])('names port %d that is taken, whichever engine says so: %s', (port, stderr) => {
    const failure = explain(` Container millrace-1a2b3c4d-broker-1  Starting\n${stderr}\n`);
    expect(failure).toMatchObject({ code: 'PORT_TAKEN', exitCode: 3, port });
  });

  test('names the container whose name is taken, and how to remove it', () => {
    const failure = explain(
      'Error response from daemon: Conflict. The container name "/millrace-1a2b3c4d-broker-1" is already in use by container "62ab1c". You have to remove (or rename) that container to be able to reuse that name.',
    );
    expect(failure).toMatchObject({
      code: 'CONTAINER_NAME_TAKEN',
      exitCode: 3,
      container: 'millrace-1a2b3c4d-broker-1',
      message: expect.stringContaining('millrace-1a2b3c4d-broker-1'),
      hint: expect.stringContaining('`docker rm -f millrace-1a2b3c4d-broker-1`'),
    });
    // Docker writes names with a slash before them and takes them without.
    expect(`${failure.message} ${failure.hint}`).not.toContain('/millrace-1a2b3c4d-broker-1');
  });

  test('reports other failures with docker’s last line, and the command', () => {
    expect(explain("first\n\nError response from daemon: the sky fell\nSee 'docker compose --help'.\n")).toMatchObject({
      code: 'DOCKER_FAILED',
      message: '`docker compose up` failed: Error response from daemon: the sky fell',
    });
  });

  test('reads stdout where stderr is empty, and says so when there is nothing at all', () => {
    expect(explain('', 'it went wrong\n').message).toMatch(/failed: it went wrong$/);
    expect(explain('', '').message).toMatch(/failed: it said nothing$/);
  });

  test('gives every failure a hint', () => {
    for (const stderr of ['Cannot connect to the Docker daemon', 'permission denied while trying to connect', 'x'])
      expect(explain(stderr).hint).not.toBe('');
  });
});

describe('DockerEngine', () => {
  const engineOf = (answers: ReadonlyArray<readonly [string, Answer]>) =>
    new DockerEngine(standInDocker(folder, answers).env);

  test('tells the versions of engine and compose, the memory and the folder', async () => {
    expect(await engineOf(ANSWERING).probe()).toEqual({
      version: '28.2.2',
      composeVersion: '2.26.1',
      memoryBytes: 8 * 1024 ** 3,
      rootFolder: '/var/lib/docker',
    });
  });

  test('says that there is no docker on the PATH', async () => {
    const engine = new DockerEngine({ PATH: mkdtempSync(join(folder, 'empty-')) });
    expect(await failureOf(engine.probe())).toMatchObject({ code: 'DOCKER_MISSING', exitCode: 3 });
    expect(await failureOf(engine.docker(['ps']))).toMatchObject({ code: 'DOCKER_MISSING' });
  });

  test.each([
    ['2.10.0', 'it is 2.10.0'],
    ['v2.10.0', 'it is 2.10.0'],
    ['2.24.3', 'it is 2.24.3'],
    ['1.29.2', 'it is 1.29.2'],
  ])('refuses compose %s as too old', async (version, found) => {
    const engine = engineOf([
      ['info *', { stdout: INFO }],
      ['compose version *', { stdout: `${version}\n` }],
    ]);
    expect(await failureOf(engine.probe())).toMatchObject({
      code: 'COMPOSE_MISSING',
      exitCode: 3,
      message: expect.stringContaining(`${found}, and 2.24.4 or later`),
    });
  });

  test.each(['2.24.4', '2.26.1-4', 'v2.40.3-desktop.1', '5.0.0'])('takes compose %s', async (version) => {
    const engine = engineOf([
      ['info *', { stdout: INFO }],
      ['compose version *', { stdout: `${version}\n` }],
    ]);
    expect((await engine.probe()).composeVersion).toBe(version.replace(/^v/, ''));
  });

  test('says that docker has no compose', async () => {
    const engine = engineOf([
      ['info *', { stdout: INFO }],
      ['compose *', { stderr: "docker: 'compose' is not a docker command.\nSee 'docker --help'\n", exitCode: 1 }],
    ]);
    expect(await failureOf(engine.probe())).toMatchObject({ code: 'COMPOSE_MISSING' });
  });

  test.each([
    ['with an error', 1],
    ['with success, as command lines up to 27 do when a format is asked for', 0],
  ])('says that no engine answers when `docker info` ends %s', async (_, exitCode) => {
    const stderr =
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
    const stdout = JSON.stringify({
      ID: '',
      ServerVersion: '',
      MemTotal: 0,
      DockerRootDir: '',
      ServerErrors: [stderr.trim()],
    });
    const engine = engineOf([
      ['info *', { stdout, stderr, exitCode }],
      ['compose version *', { stdout: '2.26.1\n' }],
    ]);
    expect(await failureOf(engine.probe())).toMatchObject({ code: 'DOCKER_UNREACHABLE', exitCode: 3 });
  });

  test.each([
    ['DOCKER_HOST', { DOCKER_HOST: 'ssh://me:secret@far.example.org' }, ''],
    ['the context in use', {}, 'tcp://far.example.org:2376\n'],
  ])('refuses an engine on another machine, named by %s', async (_, variables, stdout) => {
    const { env } = standInDocker(folder, [...ANSWERING, ['context inspect *', { stdout }]]);
    const refused = await failureOf(new DockerEngine({ ...env, ...variables }).probe());
    expect(refused).toMatchObject({
      code: 'DOCKER_ELSEWHERE',
      exitCode: 3,
      message: expect.stringMatching(/\/\/far\.example\.org/),
    });
    expect(JSON.stringify(failureFacts(refused))).not.toContain('secret');
  });

  test.each(['unix:///run/docker.sock', 'tcp://127.0.0.1:2375', 'tcp://localhost:2375', 'tcp://[::1]:2375'])(
    'takes an engine of this machine at %s',
    async (host) => {
      const { env } = standInDocker(folder, ANSWERING);
      expect(await new DockerEngine({ ...env, DOCKER_HOST: host }).probe()).toMatchObject({ version: '28.2.2' });
    },
  );

  test('passes the environment on, without the settings of compose', async () => {
    const { env } = standInDocker(folder, []);
    const engine = new DockerEngine({
      ...env,
      DOCKER_HOST: 'ssh://elsewhere',
      COMPOSE_FILE: 'other.yaml',
      COMPOSE_PROJECT_NAME: 'other',
      COMPOSE_PROFILES: 'x',
      COMPOSE_ENV_FILES: '.env',
      NOT_SET: undefined,
    });
    expect(Object.keys(engine.env).filter((name) => name.startsWith('COMPOSE_'))).toEqual([]);
    expect(engine.env).toMatchObject({ DOCKER_HOST: 'ssh://elsewhere', DOCKER_CLI_HINTS: 'false' });
    expect(engine.env).not.toHaveProperty('NOT_SET');
  });

  test('gives docker this environment and no other', async () => {
    const { env } = standInDocker(folder, []);
    const bin = mkdtempSync(join(folder, 'env-'));
    writeFileSync(join(bin, 'docker'), '#!/bin/sh\nenv\n', { mode: 0o755 });
    const engine = new DockerEngine({ PATH: `${bin}:${env.PATH}`, COMPOSE_FILE: 'other.yaml', DOCKER_HOST: 'tcp://x' });
    const lines = (await engine.docker([])).split('\n');
    expect(lines).toContain('DOCKER_HOST=tcp://x');
    expect(lines.filter((line) => /^(COMPOSE_|HOME=)/.test(line))).toEqual([]);
  });

  test('a failed command throws the error that it means, and `tryDocker` returns the failure', async () => {
    const engine = engineOf([['pull x', { stdout: 'half', stderr: 'Error response from daemon: no\n', exitCode: 3 }]]);
    expect(await failureOf(engine.docker(['pull', 'x']))).toBeInstanceOf(MillraceError);
    expect(await engine.tryDocker(['pull', 'x'])).toEqual({
      stdout: 'half',
      stderr: 'Error response from daemon: no\n',
      exitCode: 3,
    });
  });
});
