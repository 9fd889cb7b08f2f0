import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BY_HAND_SCRIPT } from '../by-hand-script.js';
import { cli, cliJson } from '../cli.js';
import { publish, readLatest } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { containerOf, run } from '../target-data.js';

const project = sharedProject();

describe('millrace env', () => {
  const isRoot = process.getuid?.() === 0; // for iptables
  (isRoot ? test : test.skip)(
    "makes spark-submit a function that runs a script of this machine's in the master; cut off from outside, it works",
    async () => {
      await cliJson(['topic', 'create', 'by-hand'], { project });
      await publish('by-hand', [{ key: null, value: '1' }]);
      const cwd = await mkdtemp(join(project, "it's mine "));
      await writeFile(join(cwd, 'job 1.py'), BY_HAND_SCRIPT, { mode: 0o600 });
      const env = { ...process.env, CODE: (await cli(['env'], { project })).stdout };
      const typed =
        'eval "$CODE"; to-master "$PWD/job 1.py"; echo "$MILLRACE_BOOTSTRAP_SERVERS"; spark-submit "job 1.py"';
      const stdout = await cutOff(async () => (await run('bash', ['--norc', '-euc', typed], { env, cwd })).stdout);
      expect(stdout).toMatch(/^127\.0\.0\.1:\d+\n/);
      expect(stdout).toContain('counted 1 spark://master:7077 1 UTC');
    },
  );

  /** Does the work while nothing from the containers' network gets out of this machine. */
  async function cutOff<T>(work: () => Promise<T>): Promise<T> {
    const master = await containerOf('master');
    const { stdout } = await run('docker', ['inspect', '--format', '{{json .NetworkSettings.Networks}}', master]);
    const [network] = Object.values(JSON.parse(stdout) as Record<string, { NetworkID: string }>);
    const bridge = `br-${network?.NetworkID.slice(0, 12)}`;
    const rule = ['-i', bridge, '!', '-o', bridge, '-j', 'DROP'];
    await run('iptables', ['-I', 'DOCKER-USER', ...rule]);
    try {
      const ping = ['exec', master, 'timeout', '3', 'bash', '-c', 'exec 3<>/dev/tcp/1.1.1.1/443'];
      await expect(run('docker', ping)).rejects.toMatchObject({ code: 124 });
      return await work();
    } finally {
      await run('iptables', ['-D', 'DOCKER-USER', ...rule]);
    }
  }
});

describe('submit --packages', () => {
  test('--dry-run prints a command that runs as it is pasted, with Ivy at home on the shared volume', async () => {
    await cliJson(['seed', 'cars', '--topic', 'dcars'], { project });
    const settings = ['--set', 'input=dcars', '--set', 'output=packages', '--name', 'packages'];
    const submit = ['submit', 'windowed-cars', ...settings, '--trigger', 'available-now', '--packages', '--dry-run'];
    const preview = await cli(['--json', ...submit], { project });
    for (const topic of ['packages', 'packages.dead-letters']) {
      expect(preview.stderr).toContain(`millrace topic create ${topic}`);
      await cliJson(['topic', 'create', topic], { project });
    }
    const { command } = JSON.parse(preview.stdout) as { command: string };
    expect(command).toMatch(/^docker compose .* exec .* master .*spark-submit /);
    await run('sh', ['-c', command], { maxBuffer: 64 * 1024 ** 2 });
    expect((await readLatest('packages')).size).toBeGreaterThan(5);
    const { stdout } = await run('docker', ['exec', await containerOf('master'), 'ls', '/opt/data/.ivy/jars']);
    expect(stdout).toContain('org.apache.spark_spark-sql-kafka-0-10_2.13-4.2.0.jar');
  });
});
