import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigOverrides, loadConfig } from '../../../../src/project/config.js';
import { packagePath } from '../../../../src/project/package-files.js';
import { parseLock } from '../../../../src/provision/lock-file.js';
import type { ProvisionOptions } from '../../../../src/provision/provide.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { createDockerTarget } from '../../../../src/targets/docker/docker-target.js';
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
];

async function makeTarget(settings: ConfigOverrides, answers = WILLING) {
  const root = mkdtempSync(join(folder, 'project-'));
  const project = { root, configFile: join(root, 'millrace.yaml'), state: join(root, '.millrace') };
  const standIn = standInDocker(folder, answers);
  const report = new RecordingReporter();
  const lock = parseLock(readFileSync(packagePath('src', 'provision', 'artifacts.lock.json'), 'utf8'));
  const provisioning = { lock, report, env: {} } as unknown as ProvisionOptions;
  const config = await loadConfig(project, {}, { target: 'docker', ports: 'auto', ...settings });
  const target = createDockerTarget({ project, config, env: standIn.env, provisioning });
  const up = () => target.services?.up(new AbortController().signal);
  return { up, report, calls: standIn.calls, target };
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
    expect(await target.addresses()).toMatchObject({
      bootstrapServers: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      jobBootstrapServers: 'broker:29092',
      master: 'spark://master:7077',
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

  test('keeps its hands off a project of the same name that somebody else started', async () => {
    const { up, calls } = await makeTarget({}, [
      ...ANSWERING,
      ['ps *', { stdout: '0123456789ab\tbroker\trunning\t/elsewhere\n' }],
    ]);
    expect(await failureOf(async () => up())).toMatchObject({
      code: 'NAME_TAKEN',
      message: expect.stringContaining('the project /elsewhere'),
    });
    expect(calls().filter((call) => /^(pull|compose --|stop|rm)/.test(call))).toEqual([]);
  });

  test('warns of the old way, and only of that', async () => {
    const old = await makeTarget({ coordination: 'zookeeper' });
    await old.up();
    expect(old.report.warnings).toEqual([expect.stringContaining('ZooKeeper is the old way')]);
    const now = await makeTarget({});
    await now.up();
    expect(now.report.warnings).toEqual([]);
  });
});
