import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, cliJson, parseLines } from '../cli.js';
import { readyStatus } from '../ready-status.js';
import { sharedProject } from '../shared-cluster/project.js';
import { containerOf, run } from '../target-data.js';
import { until } from '../until.js';

interface Service {
  readonly name: string;
  readonly state: string;
  readonly container: string | null;
  readonly address: string | null;
  readonly ui: string | null;
}

interface Status {
  readonly target: string;
  readonly state: string;
  readonly services: readonly Service[];
}

interface Inspected {
  readonly Config: { readonly Env: readonly string[]; readonly Cmd: readonly string[] | null };
  readonly HostConfig: { readonly Memory: number };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, ReadonlyArray<{ HostIp: string; HostPort: string }> | null>>;
    readonly Networks: Readonly<Record<string, { IPAddress: string }>>;
  };
  readonly Mounts: ReadonlyArray<{ Name: string; Destination: string }>;
}

const project = sharedProject();
const status = () => readyStatus<Status>(project);
const inspect = async (service: string) =>
  JSON.parse((await run('docker', ['inspect', await containerOf(service)])).stdout)[0] as Inspected;
const inMaster = async (...command: string[]) =>
  (await run('docker', ['exec', await containerOf('master'), ...command])).stdout;
const SERVICES = ['broker', 'master', 'worker-1', 'worker-2'];

describe('the cluster in Docker', () => {
  test('is ready, with every service in a container', async () => {
    const now = await status();
    expect(now).toMatchObject({ target: 'docker', state: 'ready' });
    expect(now.services.map(({ name, state }) => `${name} ${state}`)).toEqual(
      SERVICES.map((name) => `${name} running`),
    );
    for (const { container } of now.services) expect(container).toMatch(/^[0-9a-f]{12}$/);
  });

  test('is published on the loopback address alone', async () => {
    for (const service of SERVICES) {
      const { NetworkSettings } = await inspect(service);
      const published = Object.values(NetworkSettings.Ports).flatMap((ports) => ports ?? []);
      expect(published.length).toBeGreaterThan(0);
      expect(published.map(({ HostIp }) => HostIp).filter((address) => address !== '127.0.0.1')).toEqual([]);
    }
    expect(await inMaster('sh', '-c', 'wget -q -T 2 -O - http://127.0.0.1:6066/ 2>&1; echo $?')).toMatch(/refused|4\n/);
  });

  test('cannot be reached from another network of this machine', async () => {
    const { NetworkSettings } = await inspect('broker');
    const [network] = Object.values(NetworkSettings.Networks);
    const probe = (address: string) => `exec 3<>/dev/tcp/${address}/29092`;
    const inside = await run('docker', ['exec', await containerOf('master'), 'bash', '-c', probe('broker')]);
    expect(inside.stderr).toBe('');
    const image = (
      await run('docker', ['inspect', '--format', '{{.Image}}', await containerOf('broker')])
    ).stdout.trim();
    const outside = [
      'run',
      '--rm',
      '--entrypoint',
      'timeout',
      image,
      '4',
      'bash',
      '-c',
      probe(network?.IPAddress ?? ''),
    ];
    await expect(run('docker', outside)).rejects.toMatchObject({ code: expect.any(Number) });
  });

  test('keeps its secret in a file of mode 0600 that only Spark mounts, and in no environment or command line', async () => {
    const secret = (await inMaster('cat', '/opt/secret/secret')).trim();
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await inMaster('stat', '-c', '%a %u', '/opt/secret/secret', '/opt/secret/spark-defaults.conf')).toBe(
      '600 185\n600 185\n',
    );
    for (const service of SERVICES) {
      const container = await inspect(service);
      expect(JSON.stringify(container)).not.toContain(secret);
      const mounts = container.Mounts.map(({ Destination }) => Destination);
      expect(mounts.includes('/opt/secret')).toBe(service !== 'broker');
    }
    expect(await inMaster('ps', 'axeww')).not.toContain(secret);
    expect(await inMaster('sh', '-c', 'grep -rl "$(cat /opt/secret/secret)" /opt/src /opt/data || echo nowhere')).toBe(
      'nowhere\n',
    );
  });

  test('runs as the user of the image, may write to both shared folders, and is limited in memory', async () => {
    expect(await inMaster('sh', '-c', 'id -u && touch /opt/src/.t /opt/data/.t && rm /opt/src/.t /opt/data/.t')).toBe(
      '185\n',
    );
    for (const service of SERVICES) expect((await inspect(service)).HostConfig.Memory).toBeGreaterThan(512 * 1024 ** 2);
  });

  test('shows what its services wrote', async () => {
    const { stdout } = await cli(['--json', 'cluster', 'logs', 'master', '-n', '500'], { project });
    const lines = parseLines<{ service: string; line: string }>(stdout);
    expect(lines.some(({ service, line }) => service === 'master' && line.includes('Registering worker'))).toBe(true);
    const unknown = await cli(['--json', 'cluster', 'logs', 'worker-9'], { project });
    expect(unknown.exitCode).toBe(2);
    expect(JSON.parse(unknown.stderr).error.message).toContain('broker, init, master, worker-1, worker-2');
  });
});

describe('cluster up', () => {
  test('again changes nothing', async () => {
    const before = await status();
    const again = await cliJson<{ started: string[] }>(['cluster', 'up'], { project });
    expect(again.started).toEqual([]);
    expect(await status()).toEqual(before);
  });

  test.each(['worker-2', 'broker', 'master'])('heals after a kill of %s, which status tells', async (name) => {
    const keep = ['seed', 'cars', '--topic', 'kept', '--limit', '10', '--append'];
    const { offsets } = await cliJson<{ offsets: { after: number } }>(keep, { project });
    const before = await status();
    await run('docker', ['kill', await containerOf(name)]);
    const broken = await cli(['--json', 'cluster', 'status'], { project });
    expect(broken.exitCode).toBe(10);
    const find = (services: readonly Service[]) => services.find((service) => service.name === name);
    expect(find(JSON.parse(broken.stdout).services)).toMatchObject({ state: 'failed', container: null });
    const healed = await cliJson<{ started: string[] }>(['cluster', 'up'], { project });
    expect(healed.started).toEqual([name]);
    const after = await status();
    const places = ({ services }: Status) => services.map(({ address, ui }) => `${address} ${ui}`);
    expect(places(after)).toEqual(places(before));
    const others = ({ services }: Status) => services.filter((service) => service.name !== name);
    expect(others(after)).toEqual(others(before));
    expect(await cliJson(['topic', 'describe', 'kept'], { project })).toMatchObject({ offsets: offsets.after });
  });

  test('--dry-run prints the compose file and changes nothing', async () => {
    const before = await status();
    const { target, plan } = await cliJson<{ target: string; plan: string }>(
      ['cluster', 'up', '--dry-run', '--workers', '3'],
      { project },
    );
    expect(target).toBe('docker');
    expect(plan).toMatch(/^name: millrace-[0-9a-f]{8}$/m);
    expect(plan).toMatch(/^ {2}worker-3:$/m);
    expect(plan.match(/host_ip: .*/g)?.filter((line) => line !== 'host_ip: 127.0.0.1')).toEqual([]);
    expect(await status()).toEqual(before);
  });

  test.each([
    [['--spark-version', '3.5.8'], 'Spark 4.2.0, not 3.5.8'],
    [['--coordination', 'zookeeper'], 'kraft, not zookeeper'],
  ])('with %j is refused while it runs with another', async (flags, words) => {
    const { exitCode, stderr } = await cli(['--json', 'cluster', 'up', ...flags], { project });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error.message).toContain(words);
  });

  test('on target local is refused beside it', async () => {
    const { exitCode, stderr } = await cli(['--json', 'cluster', 'up', '--target', 'local'], { project });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'OTHER_TARGET_UP',
      hint: expect.stringContaining('millrace cluster down --target docker'),
    });
  });
});

describe('a second project', () => {
  const up = ['cluster', 'up', '--target', 'docker', '--ports', 'auto', '--workers', '1'];
  let second: string;
  beforeAll(async () => {
    second = await mkdtemp(join(tmpdir(), 'second '));
  });
  afterAll(async () => {
    await cli(['cluster', 'down', '--purge', '--yes', '--target', 'docker'], { project: second });
    await rm(second, { recursive: true, force: true });
  });

  const containersOf = async (name: string) =>
    (await run('docker', ['ps', '-aq', '--filter', `label=com.docker.compose.project=${name}`])).stdout;
  const nameOf = async (of: string) => {
    const { plan } = await cliJson<{ plan: string }>([...up, '--dry-run'], { project: of });
    return /^name: (.+)$/m.exec(plan)?.[1] ?? '';
  };

  /** Of the broker's image, which is there. @returns its id */
  async function createContainer(labels: readonly string[]): Promise<string> {
    const { stdout: image } = await run('docker', ['inspect', '--format', '{{.Image}}', await containerOf('broker')]);
    const options = labels.flatMap((label) => ['--label', label]);
    return (await run('docker', ['create', ...options, image.trim()])).stdout.trim();
  }

  test('is refused while others hold its name, and starts nothing', async () => {
    const name = await nameOf(second);
    const container = await createContainer([
      `com.docker.compose.project=${name}`,
      'com.docker.compose.service=db',
      'com.docker.compose.container-number=1',
      'com.docker.compose.project.working_dir=/elsewhere',
    ]);
    try {
      const { exitCode, stderr } = await cli(['--json', ...up], { project: second });
      expect(exitCode).toBe(3);
      expect(JSON.parse(stderr).error).toMatchObject({
        code: 'NAME_TAKEN',
        message: expect.stringContaining('/elsewhere'),
        hint: expect.stringContaining(`docker compose -p ${name} down`),
      });
      expect(await containersOf(name)).toBe(`${container.slice(0, 12)}\n`);
    } finally {
      await run('docker', ['rm', '--volumes', container]);
    }
  });

  test('is not refused for a container that has its name from the image alone, which compose gives to what it builds', async () => {
    const name = await nameOf(second);
    const labels = [`com.docker.compose.project=${name}`, 'com.docker.compose.service=init'];
    const container = await createContainer(labels);
    try {
      expect(await nameOf(second)).toBe(name);
    } finally {
      await run('docker', ['rm', '--volumes', container]);
    }
  });

  test('of which the start is interrupted leaves no container behind', async () => {
    let pid = -1;
    const starting = cli(up, { project: second, onStart: (started) => (pid = started) });
    const name = await nameOf(second);
    await until(async () => (await containersOf(name)) !== '', 180_000);
    process.kill(pid, 'SIGINT');
    expect((await starting).exitCode).toBe(130);
    expect(await containersOf(name)).toBe('');
    const stopped = await cli(['--json', 'cluster', 'status', '--target', 'docker'], { project: second });
    expect(JSON.parse(stopped.stdout).state).toBe('stopped');
  });

  test('has a cluster of its own beside the first, with what its compose.override.yaml adds; two starts at once are one', async () => {
    await writeFile(
      join(second, 'compose.override.yaml'),
      'services:\n  broker:\n    labels: {made.by: the user}\n  helper:\n    image: apache/kafka:4.4.0\n    command: [sleep, "600"]\n',
    );
    const both = await Promise.all([
      cli(['--json', ...up], { project: second }),
      cli(['--json', ...up], { project: second }),
    ]);
    expect(both.map(({ exitCode }) => exitCode === 0).sort()).toEqual([false, true]);
    const refused = both.find(({ exitCode }) => exitCode !== 0);
    expect(JSON.parse(refused?.stderr.trim().split('\n').at(-1) ?? '').error.message).toMatch(
      /cluster up.*process \d+/,
    );
    const filter = ['--filter', 'label=made.by=the user', '--format', '{{.Label "com.docker.compose.service"}}'];
    expect((await run('docker', ['ps', ...filter])).stdout).toBe('broker\n');
    expect((await run('docker', ['ps', '--filter', 'label=com.docker.compose.service=helper', '-q'])).stdout).not.toBe(
      '',
    );
    const { topics } = await cliJson<{ topics: object[] }>(['topic', 'list'], { project: second });
    expect(topics).toEqual([]);
  });

  test('is named by cluster list together with the first', async () => {
    const { clusters } = await cliJson<{ clusters: { project: string; target: string; state: string }[] }>([
      'cluster',
      'list',
    ]);
    const ours = clusters.filter((cluster) => [project, second].includes(cluster.project));
    expect(ours.map(({ target, state }) => `${target} ${state}`)).toEqual(['docker ready', 'docker ready']);
  });

  test('keeps topics and shared files over down, a move and up, and loses them to purge', async () => {
    await cliJson(['seed', 'cars', '--limit', '10'], { project: second });
    const { script } = await cliJson<{ script: string }>(['render', 'windowed-cars'], { project: second });
    expect(script).toContain('/opt/src/windowed-cars-preview.py');
    const name = await nameOf(second);
    await cliJson(['cluster', 'down'], { project: second });
    expect(await containersOf(name)).toBe('');
    expect((await cli(['topic', 'list'], { project: second })).exitCode).toBe(3);
    expect(await cliJson<object>(['runs', 'list'], { project: second })).toMatchObject({ runs: [] });
    const renderedWhileDown = await cli(['--json', 'render', 'windowed-news'], { project: second });
    expect(JSON.parse(renderedWhileDown.stdout)).toMatchObject({ lines: expect.any(Number) });

    const before = second;
    second = `${before}, moved`;
    await rename(before, second);
    await cliJson(up, { project: second });
    expect(await nameOf(second)).toBe(name);
    await mkdir(before);
    expect(await nameOf(before)).not.toBe(name);
    await rm(before, { recursive: true });
    expect(await cliJson(['topic', 'describe', 'cars'], { project: second })).toMatchObject({ offsets: 10 });
    expect((await cli(['seed', 'cars', '--limit', '10'], { project: second })).exitCode).toBe(2);
    await cliJson(['cluster', 'down', '--purge', '--yes'], { project: second });
    const volumes = ['volume', 'ls', '-q', '--filter', `label=com.docker.compose.project=${name}`];
    expect((await run('docker', volumes)).stdout).toBe('');
    expect((await run('docker', ['network', 'ls', '-q', '--filter', `name=${name}`])).stdout).toBe('');
    const { clusters } = await cliJson<{ clusters: { project: string }[] }>(['cluster', 'list']);
    expect(clusters.map((cluster) => cluster.project)).not.toContain(second);
  });
});
