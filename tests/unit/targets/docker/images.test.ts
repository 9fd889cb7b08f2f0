import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { DockerEngine } from '../../../../src/targets/docker/engine.js';
import { ensureImages } from '../../../../src/targets/docker/images.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { type Answer, standInDocker } from './stand-in-docker.js';

const folder = temporaryFolder();
const KAFKA = 'registry.example.com/hub/apache/kafka:4.4.0';
const BASE = 'registry.example.com/hub/apache/spark:4.2.0-scala2.13-java17-python3-ubuntu';
const BUILT = 'millrace-spark:4.2.0-0123456789';
const BUILD = ['compose', '--progress', 'plain', 'build', 'init'];

const missing: Answer = { stdout: '[]\n', stderr: 'Error response from daemon: No such image: x\n', exitCode: 1 };
const there: Answer = { stdout: 'sha256:0123\n' };
const found = (image: string) => [`image inspect *${image}`, there] as const;
const NOTHING_THERE = ['image inspect *', missing] as const;
const PULLED = ['pull *', { stdout: 'Status: Downloaded newer image\n' }] as const;
const BUILT_WELL = ['compose *', {}] as const;

function make(answers: ReadonlyArray<readonly [string, Answer]>, mirror?: string) {
  const standIn = standInDocker(folder, answers);
  const report = new RecordingReporter();
  const ensure = () =>
    ensureImages({
      engine: new DockerEngine(standIn.env),
      report,
      signal: new AbortController().signal,
      pulled: [KAFKA],
      mirror,
      built: { image: BUILT, base: BASE, command: BUILD },
    });
  const changes = () => standIn.calls().filter((call) => !call.startsWith('image inspect'));
  return { ensure, report, changes };
}

describe('ensureImages', () => {
  test('asks no registry when all images are there', async () => {
    const { ensure, report, changes } = make([['image inspect *', there]]);
    await ensure();
    expect(changes()).toEqual([]);
    expect(report.steps).toEqual([]);
  });

  test('pulls and builds what is missing, each a step', async () => {
    const { ensure, report, changes } = make([NOTHING_THERE, PULLED, BUILT_WELL]);
    await ensure();
    expect(changes()).toEqual([`pull ${KAFKA}`, `pull ${BASE}`, BUILD.join(' ')]);
    expect(report.steps).toEqual([`pull ${KAFKA}`, `pull ${BASE}`, `build ${BUILT}`]);
  });

  test('does not pull the base once the image is built', async () => {
    const { ensure, changes } = make([found(BUILT), NOTHING_THERE, PULLED]);
    await ensure();
    expect(changes()).toEqual([`pull ${KAFKA}`]);
  });

  test('builds from a base that is there already', async () => {
    const { ensure, changes } = make([found(KAFKA), found(BASE), NOTHING_THERE, BUILT_WELL]);
    await ensure();
    expect(changes()).toEqual([BUILD.join(' ')]);
  });

  test('counts the layers of a pull', async () => {
    const stdout = [
      '4.4.0: Pulling from apache/kafka',
      '2fb7ff4b3c8a: Pulling fs layer',
      'a1b2c3d4e5f6: Already exists',
      '2fb7ff4b3c8a: Pull complete',
      'Status: Downloaded newer image for apache/kafka:4.4.0',
    ];
    const { ensure, report } = make([found(BUILT), NOTHING_THERE, ['pull *', { stdout: `${stdout.join('\n')}\n` }]]);
    await ensure();
    const label = `pulling ${KAFKA}`;
    expect(report.progressed).toEqual([
      { label, done: 0, total: 1, unit: 'layers' },
      { label, done: 1, total: 2, unit: 'layers' },
      { label, done: 2, total: 2, unit: 'layers' },
    ]);
  });

  test('shows the step of a build', async () => {
    const stdout = '#5 [internal] load metadata\n#7 [2/4] RUN pip3 install numpy\n#7 1.2 Collecting numpy\n';
    const { ensure, report } = make([found(KAFKA), found(BASE), NOTHING_THERE, ['compose *', { stdout }]]);
    await ensure();
    expect(report.progressed.map(({ label }) => label)).toContain('building [2/4] RUN pip3 install numpy');
  });

  test.each([
    [
      'Error response from daemon: Get "https://registry.example.com/v2/": dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host',
      'no such host',
    ],
    [
      'Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      'toomanyrequests',
    ],
    ['Error response from daemon: manifest for apache/kafka:4.4.0 not found: manifest unknown', 'manifest unknown'],
    [
      "Error response from daemon: pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'pull access denied',
    ],
  ])('a pull that failed names the image and the registry’s words: %s', async (stderr, words) => {
    const { ensure } = make([NOTHING_THERE, ['pull *', { stderr: `${stderr}\n`, exitCode: 1 }]]);
    expect(await failureOf(ensure())).toMatchObject({
      code: 'PULL_FAILED',
      exitCode: 5,
      retriable: true,
      image: KAFKA,
      message: expect.stringMatching(new RegExp(`${KAFKA}.*${words}`)),
      hint: expect.stringContaining('mirrors.images'),
    });
  });

  test('names the mirror that a failed pull went to', async () => {
    const { ensure } = make([NOTHING_THERE, ['pull *', { stderr: 'x', exitCode: 1 }]], 'registry.example.com/hub');
    expect(await failureOf(ensure())).toMatchObject({
      code: 'PULL_FAILED',
      hint: expect.stringContaining('mirrors.images (registry.example.com/hub)'),
    });
  });

  test('an engine that went away during a pull is not the registry’s fault', async () => {
    const stderr =
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
    const { ensure } = make([NOTHING_THERE, ['pull *', { stderr, exitCode: 1 }]]);
    expect(await failureOf(ensure())).toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });

  test('does not take an engine that does not answer for a missing image', async () => {
    const stderr =
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
    const { ensure, changes } = make([['image inspect *', { stdout: '[]\n', stderr, exitCode: 1 }]]);
    expect(await failureOf(ensure())).toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    expect(changes()).toEqual([]);
  });

  const buildThatFails = (said: readonly string[], stderr = '') => {
    const log = [
      '#1 [internal] load build definition from Dockerfile',
      '#1 transferring dockerfile: 1.02kB done',
      '#1 DONE 0.0s',
      '#7 [2/4] RUN pip3 install --no-cache-dir "numpy==2.2.6"',
      ...said,
      '#7 ERROR: process "/bin/sh -c pip3 install" did not complete successfully: exit code: 1',
      '------',
      ' > [2/4] RUN pip3 install --no-cache-dir "numpy==2.2.6":',
      '------',
      'failed to solve: process "/bin/sh -c pip3 install" did not complete successfully: exit code: 1',
    ];
    const answer = { stdout: `${log.join('\n')}\n`, stderr, exitCode: 17 };
    return make([found(KAFKA), found(BASE), NOTHING_THERE, ['compose *', answer]]);
  };

  test.each([
    [
      'pip',
      [
        '#7 2.513 Collecting numpy==2.2.6',
        '#7 40.12 ERROR: Could not find a version that satisfies the requirement numpy==2.2.6 (from versions: none)',
        '#7 40.12 ERROR: No matching distribution found for numpy==2.2.6',
      ],
      'ERROR: Could not find a version that satisfies the requirement numpy==2.2.6 (from versions: none)',
    ],
    [
      'the network',
      ['#7 1.2 curl: (6) Could not resolve host: repo.example.com (Connection timed out)'],
      'curl: (6) Could not resolve host: repo.example.com (Connection timed out)',
    ],
    ['the sums', ['#7 5.1 kafka-clients-3.9.2.jar: FAILED'], 'kafka-clients-3.9.2.jar: FAILED'],
    [
      'fetch-connector.sh',
      ["#7 5.1 evil-1.0.jar is not one of the connector's jars"],
      "evil-1.0.jar is not one of the connector's jars",
    ],
  ])('a build that failed says what %s said', async (_, said, reason) => {
    expect(await failureOf(buildThatFails(said).ensure())).toMatchObject({
      code: 'BUILD_FAILED',
      exitCode: 5,
      image: BUILT,
      message: `The image ${BUILT} could not be built: ${reason}`,
      hint: expect.stringContaining('PIP_INDEX_URL'),
    });
  });

  test.each([
    ['Python', '#7 9.1 ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'],
    ['the engine', '#7 ERROR: write /var/lib/docker/tmp/x: no space left on device'],
  ])('a build that filled the disk says so in the words of %s', async (_, line) => {
    expect(await failureOf(buildThatFails([line]).ensure())).toMatchObject({ code: 'NO_SPACE', exitCode: 3 });
  });

  test('a pull that filled the disk says so', async () => {
    const stderr = 'failed to register layer: write /usr/lib/jvm/lib/modules: no space left on device\n';
    const { ensure } = make([NOTHING_THERE, ['pull *', { stderr, exitCode: 1 }]]);
    expect(await failureOf(ensure())).toMatchObject({ code: 'NO_SPACE', exitCode: 3 });
  });
});
