import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BY_HAND_SCRIPT } from '../by-hand-script.js';
import { cli, cliJson } from '../cli.js';
import { publish, readLatest } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { containerOf, run } from '../target-data.js';
import { until } from '../until.js';

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

/** What a submit would run, once the topics are there that the preview names. */
async function printedCommand(name: string): Promise<string> {
  const preview = await cli(['--json', ...once(name), '--dry-run'], { project });
  for (const topic of [name, `${name}.dead-letters`]) {
    expect(preview.stderr).toContain(`millrace topic create ${topic}`);
    await cliJson(['topic', 'create', topic], { project });
  }
  const { command } = JSON.parse(preview.stdout) as { command: string };
  expect(command).toMatch(/^docker compose .* exec .* master .*spark-submit /);
  return command;
}

beforeAll(() => cliJson(['seed', 'cars', '--topic', 'dcars'], { project }));

describe('a submit', () => {
  const isRoot = process.getuid?.() === 0; // for iptables
  (isRoot ? test : test.skip)(
    'needs nothing from outside: cut off, the containers run the command that --dry-run prints',
    async () => {
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
        const ping = [
          'exec',
          await containerOf('master'),
          'timeout',
          '3',
          'bash',
          '-c',
          'exec 3<>/dev/tcp/1.1.1.1/443',
        ];
        await expect(run('docker', ping)).rejects.toMatchObject({ code: 124 });
        // As the command that --dry-run prints, which is what a submit runs.
        await run('sh', ['-c', await printedCommand('cut-off')], { maxBuffer: 64 * 1024 ** 2 });
      } finally {
        await run('iptables', ['-D', 'DOCKER-USER', ...rule]);
      }
      expect((await readLatest('cut-off')).size).toBeGreaterThan(5);
    },
  );

  test('takes the connector by --packages, with Ivy at home on the shared volume', async () => {
    expect(await cliJson<Submitted>([...once('packages'), '--packages'], { project })).toMatchObject({ exitCode: 0 });
    const { stdout } = await run('docker', ['exec', await containerOf('master'), 'ls', '/opt/data/.ivy/jars']);
    expect(stdout).toContain('org.apache.spark_spark-sql-kafka-0-10_2.13-4.2.0.jar');
  });
});

describe('runs stop', () => {
  test('ends the driver in the container, also before its queries have started', async () => {
    const name = 'stopped-early';
    const stream = ['submit', 'windowed-cars', '--set', 'input=dcars', '--set', `output=${name}`, '--name', name];
    const { run: started } = await cliJson<Submitted>([...stream, '--detach'], { project });
    await until(async () => (await processesOfMaster()).includes(`${started}.py`), 180_000, 500);
    const stopped = await cliJson<{ state: string; by: string }>(['runs', 'stop', started], { project });
    expect(stopped).toMatchObject({ state: 'stopped', by: expect.stringMatching(/SIGTERM|marker/) });
    expect(await processesOfMaster()).not.toContain(`${started}.py`);
  });
});

describe('millrace env', () => {
  test("makes spark-submit a function that runs a script of this machine's in the master", async () => {
    await cliJson(['topic', 'create', 'by-hand'], { project });
    await publish('by-hand', [{ key: null, value: '1' }]);
    const cwd = await mkdtemp(join(project, "it's mine "));
    await writeFile(join(cwd, 'job 1.py'), BY_HAND_SCRIPT, { mode: 0o600 });
    const env = { ...process.env, CODE: (await cli(['env'], { project })).stdout };
    const typed =
      'eval "$CODE"; to-master "$PWD/job 1.py"; echo "$MILLRACE_BOOTSTRAP_SERVERS"; spark-submit "job 1.py"';
    const { stdout } = await run('bash', ['--norc', '-euc', typed], { env, cwd });
    expect(stdout).toMatch(/^127\.0\.0\.1:\d+\n/);
    expect(stdout).toContain('counted 1 spark://master:7077 1 UTC');
  });
});
