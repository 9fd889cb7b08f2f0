import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../target-data.js';
import { until } from '../until.js';

const FILES = ['--file', resolve('docker', 'compose.yaml')];
const NAMES = ['BROKER_PORT', 'MASTER_UI', 'WORKER_1_UI', 'WORKER_2_UI'];
/** Counts by Kafka's and Spark's own words, as somebody would who has only the compose file. */
const SCRIPT = `from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("by-hand").getOrCreate()
print("counted", spark.range(1000).repartition(4).count())
`;

describe('docker/compose.yaml by hand', () => {
  let folder: string;
  let env: Record<string, string | undefined>;
  const compose = (...args: string[]) =>
    run('docker', ['compose', ...FILES, '--project-name', 'millrace-by-hand', ...args], { env });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'by hand '));
    const ports = await freePorts(NAMES.length + 4);
    const drivers = ports.at(-1) ?? 0;
    const named = NAMES.map((name, index) => [`MILLRACE_${name}`, String(ports[index])]);
    env = {
      ...process.env,
      ...Object.fromEntries(named),
      MILLRACE_DRIVER_UI: String(drivers),
      MILLRACE_DRIVER_UIS: String(drivers),
    };
    await compose('up', '--detach', '--quiet-pull');
  });
  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '5');
    await rm(folder, { recursive: true });
  });

  test('starts a cluster whose services are healthy, with a broker that this machine and the containers reach', async () => {
    await until(
      async () => {
        const { stdout } = await compose('ps', '--format', '{{.Service}} {{.Health}}');
        expect(stdout.trim().split('\n').sort()).toEqual([
          'broker healthy',
          'master healthy',
          'worker-1 healthy',
          'worker-2 healthy',
        ]);
        const page = await (await fetch(`http://127.0.0.1:${env.MILLRACE_MASTER_UI}/json/`)).json();
        expect(page).toMatchObject({ aliveworkers: 2, url: 'spark://master:7077' });
        return true;
      },
      300_000,
      500,
    );
    const topics = '/opt/kafka/bin/kafka-topics.sh --bootstrap-server broker:29092';
    await compose('exec', '-T', 'broker', 'bash', '-c', `${topics} --create --topic by-hand --partitions 2`);
    expect((await compose('exec', '-T', 'broker', 'bash', '-c', `${topics} --list`)).stdout).toContain('by-hand');
  });

  test('runs a spark-submit that is typed into the master', async () => {
    await writeFile(join(folder, 'job.py'), SCRIPT);
    await compose('cp', join(folder, 'job.py'), 'master:/opt/src/job.py');
    const submit = ['spark-submit', '--master', 'spark://master:7077', '--conf', 'spark.cores.max=1', 'job.py'];
    const { stdout } = await compose('exec', '-T', 'master', `/opt/spark/bin/${submit[0]}`, ...submit.slice(1));
    expect(stdout).toContain('counted 1000');
  });
});

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((done) => server.once('listening', done))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
