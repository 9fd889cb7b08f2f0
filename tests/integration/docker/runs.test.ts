import { cli, cliJson } from '../cli.js';
import { readLatest } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { containerOf, run } from '../target-data.js';

interface Submitted {
  readonly run: string;
  readonly state: string;
  readonly exitCode: number | null;
}

const project = sharedProject();
const once = (name: string) => [
  'submit',
  'windowed-cars',
  ...['--set', 'input=dcars', '--set', `output=${name}`, '--name', name, '--trigger', 'available-now'],
];
const processesOfMaster = async () =>
  (await run('docker', ['exec', await containerOf('master'), 'ps', 'axww', '-o', 'args'])).stdout;

beforeAll(() => cliJson(['seed', 'cars', '--topic', 'dcars'], { project }));

describe('a submit', () => {
  const isRoot = process.getuid?.() === 0; // for iptables
  (isRoot ? test : test.skip)('needs nothing from outside: the containers are cut off, and it succeeds', async () => {
    const { stdout } = await run('docker', [
      'inspect',
      '--format',
      '{{json .NetworkSettings.Networks}}',
      await containerOf('master'),
    ]);
    const [network] = Object.values(JSON.parse(stdout) as Record<string, { NetworkID: string }>);
    const rule = [
      '-i',
      `br-${network?.NetworkID.slice(0, 12)}`,
      '!',
      '-o',
      `br-${network?.NetworkID.slice(0, 12)}`,
      '-j',
      'DROP',
    ];
    await run('iptables', ['-I', 'DOCKER-USER', ...rule]);
    try {
      const ping = ['exec', await containerOf('master'), 'timeout', '3', 'bash', '-c', 'exec 3<>/dev/tcp/1.1.1.1/443'];
      await expect(run('docker', ping)).rejects.toMatchObject({ code: 124 });
      expect(await cliJson<Submitted>(once('cut-off'), { project })).toMatchObject({ state: 'succeeded', exitCode: 0 });
    } finally {
      await run('iptables', ['-D', 'DOCKER-USER', ...rule]);
    }
    expect((await readLatest('cut-off')).size).toBeGreaterThan(5);
  });

  test('is printed by --dry-run as a command that a shell can run', async () => {
    const preview = await cli(['--json', ...once('pasted'), '--dry-run'], { project });
    for (const topic of ['pasted', 'pasted.dead-letters']) {
      expect(preview.stderr).toContain(`millrace topic create ${topic}`);
      await cliJson(['topic', 'create', topic], { project });
    }
    const { command } = JSON.parse(preview.stdout) as { command: string };
    expect(command).toMatch(/^docker compose .* exec .* master .*spark-submit /);
    await run('sh', ['-c', command], { maxBuffer: 64 * 1024 ** 2 });
    expect((await readLatest('pasted')).size).toBeGreaterThan(5);
  });

  test('takes the connector by --packages, with Ivy at home on the shared volume', async () => {
    expect(await cliJson<Submitted>([...once('packages'), '--packages'], { project })).toMatchObject({ exitCode: 0 });
    const { stdout } = await run('docker', ['exec', await containerOf('master'), 'ls', '/opt/data/.ivy/jars']);
    expect(stdout).toContain('org.apache.spark_spark-sql-kafka-0-10_2.13-4.2.0.jar');
  });
});

describe('runs stop', () => {
  test.each([
    ['detached, before its queries have started', ['--detach'], 'SIGTERM'],
    ['once it streams', [], 'marker'],
  ])('ends the driver in the container: %s', async (_when, flags, by) => {
    const name = `stopped-by-${by.toLowerCase()}`;
    const stream = ['submit', 'windowed-cars', '--set', 'input=dcars', '--set', `output=${name}`, '--name', name];
    const { run: started } = await cliJson<Submitted>([...stream, ...flags], { project });
    expect(await processesOfMaster()).toContain(`${started}.py`);
    const stopped = await cliJson<{ state: string; by: string }>(['runs', 'stop', started], { project });
    expect(stopped).toMatchObject({ state: 'stopped', by });
    expect(await processesOfMaster()).not.toContain(`${started}.py`);
  });
});
