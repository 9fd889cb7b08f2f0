import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigOverrides, loadConfig } from '../../../../src/project/config.js';
import { packagePath } from '../../../../src/project/package-files.js';
import { parseLock } from '../../../../src/provision/lock-file.js';
import type { ProvisionOptions } from '../../../../src/provision/provide.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { createDockerTarget } from '../../../../src/targets/docker/docker-target.js';
import { TARGET_NAMES } from '../../../../src/targets/registry/registry.js';
import type { ServiceName } from '../../../../src/targets/target.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { ANSWERING, type Answer, standInDocker } from './stand-in-docker.js';

const folder = temporaryFolder();
const MISSING: Answer = { stderr: 'Error response from daemon: No such image: x\n', exitCode: 1 };
const WILLING: ReadonlyArray<readonly [string, Answer]> = [
  ...ANSWERING,
  ['ps *', {}],
  ['image inspect *', MISSING],
  ['pull *', {}],
  ['compose *', {}],
  ['volume ls *', {}],
];

/** A container as `docker ps` tells of it. */
interface Told {
  readonly service: string;
  readonly state?: string;
  /** The folder in compose's own label; empty where it was not compose. */
  readonly project: string;
}

/** An engine that has these containers under the project's name; their ids are `id-` and the service. */
const engineWith = (containers: readonly Told[]): typeof WILLING => [
  [
    'ps --all *',
    {
      stdout: containers
        .map(({ service, state = 'running', project }) => `id-${service}\t${service}\t${state}\t${project}\n`)
        .join(''),
    },
  ],
  ['network ls *', { stdout: 'net0\n' }],
  ['network rm net0', {}],
  ['stop *', {}],
  ['rm *', {}],
  ...WILLING,
];

async function makeTarget(settings: ConfigOverrides, answersFor: (root: string) => typeof WILLING = () => WILLING) {
  const root = mkdtempSync(join(folder, 'project-'));
  const project = { root, configFile: join(root, 'millrace.yaml'), state: join(root, '.millrace') };
  const standIn = standInDocker(folder, answersFor(root));
  const report = new RecordingReporter();
  const lock = parseLock(readFileSync(packagePath('src', 'provision', 'artifacts.lock.json'), 'utf8'));
  const provisioning = { lock, report, env: {} } as unknown as ProvisionOptions;
  const config = await loadConfig(project, {
    env: {},
    flags: { target: 'docker', ports: 'auto', ...settings },
    targets: TARGET_NAMES,
  });
  const target = createDockerTarget({ project, config, env: standIn.env, provisioning });
  const forgotten: string[] = [];
  const forgetTopics = async (id: string) => void forgotten.push(`${id} after ${standIn.calls().at(-1)}`);
  const up = () => target.services?.up({ signal: new AbortController().signal, forgetTopics });
  const down = (only?: readonly ServiceName[]) => target.services?.down({ graceMs: 15_000, ...(only ? { only } : {}) });
  const plan = () => target.services?.plan();
  /** What was asked of docker that changes something. */
  const changes = () =>
    standIn.calls().filter((call) => /^(pull|stop|rm|network rm|compose (?!version|.* config$))/.test(call));
  return { root, up, down, plan, report, calls: standIn.calls, changes, forgotten, target };
}

const imagesIn = (file: string) =>
  [...readFileSync(packagePath('docker', file), 'utf8').matchAll(/^ {4}image: "\$\{MILLRACE_IMAGES:-\}(.*)"$/gm)].map(
    ([, image]) => image ?? '',
  );

describe('up', () => {
  test.each([
    ['kraft', 'compose.yaml', ''],
    ['zookeeper', 'compose.zookeeper.yaml', 'registry.example.com/hub/'],
  ] as const)('pulls for %s the very images that %s names', async (coordination, file, prefix) => {
    const mirrors = prefix === '' ? {} : { images: prefix.slice(0, -1) };
    const { up, calls } = await makeTarget({ coordination, mirrors });
    await up();
    const pulled = calls().flatMap((call) => (call.startsWith('pull ') ? [call.slice('pull '.length)] : []));
    const expected = [...imagesIn(file), 'apache/spark:4.2.0-scala2.13-java17-python3-ubuntu'];
    expect(pulled.sort()).toEqual(expected.map((image) => prefix + image).sort());
    expect(imagesIn(file).length).toBeGreaterThan(0);
  });

  test.each([
    ['kraft', ['broker', 'master', 'worker-1']],
    ['zookeeper', ['zookeeper', 'broker', 'master', 'worker-1']],
  ] as const)('starts all services of %s and remembers where they are', async (coordination, started) => {
    const { up, target } = await makeTarget({ coordination, workers: 1 });
    expect(await up()).toMatchObject({ started, size: { workers: 1 } });
    expect(await target.kafka()).toEqual({
      bootstrapServers: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      jobBootstrapServers: 'broker:29092',
    });
    expect(await target.scheduler.address()).toEqual({
      master: 'spark://master:7077',
      page: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
  });

  test('starts nothing with a Spark that has known vulnerabilities, unless that is allowed', async () => {
    const { up, calls } = await makeTarget({ sparkVersion: '3.5.1' });
    expect(await failureOf(async () => up())).toMatchObject({
      code: 'VULNERABLE_VERSION',
      exitCode: 2,
      message: expect.stringContaining('CVE-2025-54920'),
      hint: expect.stringContaining('--allow-vulnerable'),
    });
    expect(calls().filter((call) => /^(pull|compose --)/.test(call))).toEqual([]);
    const allowed = await makeTarget({ sparkVersion: '3.5.1', allowVulnerable: true });
    await allowed.up();
    expect(allowed.calls()).toContain('pull apache/spark:3.5.1-scala2.12-java17-python3-ubuntu');
  });

  test('warns of ZooKeeper, and only of that', async () => {
    const old = await makeTarget({ coordination: 'zookeeper' });
    await old.up();
    expect(old.report.warnings).toEqual([expect.stringContaining('ZooKeeper is old')]);
    const now = await makeTarget({});
    await now.up();
    expect(now.report.warnings).toEqual([]);
  });
});

describe('containers of somebody else under the name of the project', () => {
  const strangers: ReadonlyArray<[string, (root: string) => readonly Told[], string]> = [
    ['another folder’s', () => [{ service: 'broker', project: '/elsewhere' }], 'the project /elsewhere'],
    ['another folder’s, stopped', () => [{ service: 'db', state: 'exited', project: '/a b' }], 'the project /a b'],
    [
      'another folder’s beside ours',
      (root) => [
        { service: 'broker', project: root },
        { service: 'db', project: `${root}-2` },
      ],
      '-2',
    ],
    ['another program’s', () => [{ service: 'broker', project: '' }], 'containers of another program'],
  ];
  const refusal = (holder: string) => ({
    code: 'NAME_TAKEN',
    exitCode: 3,
    message: expect.stringMatching(
      new RegExp(`^The Docker project name millrace-[0-9a-f]{8} is taken by .*${holder}$`),
    ),
    hint: expect.stringMatching(/`docker compose -p millrace-[0-9a-f]{8} down`/),
  });

  test.each(strangers)('%s: `up` names whose they are, and changes nothing', async (_, containers, holder) => {
    const { up, changes } = await makeTarget({}, (root) => engineWith(containers(root)));
    expect(await failureOf(async () => up())).toMatchObject(refusal(holder));
    expect(changes()).toEqual([]);
  });

  test.each(strangers)('%s: no start is planned either', async (_, containers, holder) => {
    const { plan } = await makeTarget({}, (root) => engineWith(containers(root)));
    expect(await failureOf(async () => plan())).toMatchObject(refusal(holder));
  });

  test.each(strangers)('%s: `down` leaves them alone', async (_, containers, holder) => {
    const { down, changes } = await makeTarget({}, (root) => engineWith(containers(root)));
    expect(await failureOf(async () => down())).toMatchObject(refusal(holder));
    expect(changes()).toEqual([]);
  });
});

describe('containers that were started before the folder was moved', () => {
  const moved = (root: string) => {
    mkdirSync(join(root, '.millrace'));
    const home = { id: '0a1b2c3d', folder: root, formerly: ['/old place'] };
    writeFileSync(join(root, '.millrace', 'project.json'), JSON.stringify(home));
    return engineWith([{ service: 'broker', project: '/old place' }]);
  };

  test('are the project’s: they are shown, and `down` ends them', async () => {
    const { down, changes, target } = await makeTarget({}, moved);
    expect((await target.services?.status())?.[0]).toMatchObject({ name: 'broker', state: 'running' });
    await down();
    expect(changes()).toContain('rm --force --volumes id-broker');
  });
});

describe('what is known of the topics', () => {
  const withVolumes = (root: string, volumes: string) => {
    mkdirSync(join(root, '.millrace'));
    const home = { id: '0a1b2c3d', folder: root, formerly: [] };
    writeFileSync(join(root, '.millrace', 'project.json'), JSON.stringify(home));
    return [['volume ls *', { stdout: volumes }] as const, ['volume rm *', {}] as const, ...WILLING];
  };
  const ID = 'bWlsbHJhY2UtZG9ja2VyMQ';

  test.each([
    ['is forgotten where their volume is not there, as in a copied project', '', true],
    ['stays with their volume', 'millrace-0a1b2c3d_topics\n', false],
  ])('%s', async (_, volumes, isForgotten) => {
    const { up, forgotten } = await makeTarget({}, (root) => withVolumes(root, volumes));
    await up();
    // Before compose makes the volume: a start that fails halfway must not leave it to the next one.
    expect(forgotten).toEqual(isForgotten ? [expect.stringMatching(`^${ID} after volume ls`)] : []);
  });

  test('is to be forgotten by who asked for a purge', async () => {
    const { target } = await makeTarget({}, (root) => withVolumes(root, 'millrace-0a1b2c3d_topics\n'));
    expect(await target.services?.purge()).toBe(ID);
  });
});

describe('a service that the user has added', () => {
  const OURS = ['broker', 'master', 'worker-1'] as const;
  const allOf = (root: string) => [...OURS, 'helper'].map((service) => ({ service, project: root }));

  test("counts as the project's, and a start does not touch it", async () => {
    const { up, changes } = await makeTarget({ workers: 1 }, (root) =>
      engineWith([{ service: 'helper', project: root }]),
    );
    expect(await up()).toMatchObject({ started: OURS });
    expect(changes().filter((call) => /^(stop|rm)/.test(call))).toEqual([]);
  });

  test('and a cluster that runs without its state file are left alone: how it was started is not known any more', async () => {
    const { up, changes } = await makeTarget({ workers: 1 }, (root) => engineWith(allOf(root)));
    expect(await failureOf(() => up())).toMatchObject({
      code: 'STATE_LOST',
      hint: expect.stringContaining('millrace cluster down --target docker'),
    });
    expect(changes()).toEqual([]);
  });

  test('goes down with the cluster', async () => {
    const { down, changes } = await makeTarget({}, (root) => engineWith(allOf(root)));
    await down();
    expect(changes().slice(0, 3)).toEqual([
      'stop --time 15 id-worker-1',
      'stop --time 15 id-broker id-master id-helper',
      'rm --force --volumes id-broker id-master id-worker-1 id-helper',
    ]);
    expect(changes().at(-1)).toBe('network rm net0');
  });

  test('stays while others of the cluster run', async () => {
    const { down, changes } = await makeTarget({}, (root) => engineWith(allOf(root)));
    await down(['worker-1']);
    expect(changes()).toEqual(['stop --time 15 id-worker-1', 'rm --force --volumes id-worker-1']);
  });

  test('does not keep the cluster up when all that is ours goes', async () => {
    const { down, changes } = await makeTarget({}, (root) => engineWith(allOf(root)));
    await down(OURS);
    expect(changes().some((call) => call.startsWith('rm ') && call.includes('id-helper'))).toBe(true);
    expect(changes().at(-1)).toBe('network rm net0');
  });
});
