import { cli, cliJson } from '../cli.js';
import { CLASSIC_SPARK, sharedProject } from '../shared-cluster/project.js';
import { containerOf, run } from '../target-data.js';

const project = sharedProject();

async function brokerLog(): Promise<string> {
  const { stdout, stderr } = await run('docker', ['logs', await containerOf('broker')]);
  return stdout + stderr;
}

describe('the layout with ZooKeeper', () => {
  test('has a broker of Kafka 3.9 that registers in ZooKeeper', async () => {
    const { services } = await cliJson<{ services: { name: string; state: string }[] }>(['cluster', 'status'], {
      project,
    });
    expect(services.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'zookeeper running',
      'broker running',
      'master running',
      'worker-1 running',
      'worker-2 running',
    ]);
    expect(await brokerLog()).toMatch(/Connecting to zookeeper on zookeeper:2181[\s\S]*Kafka version: 3\.9\./);
  });

  test('keeps its topics over down and up, without being told again which layout it is', async () => {
    await cliJson(['topic', 'create', 'kept'], { project });
    const before = await cliJson<{ topics: object[] }>(['topic', 'list'], { project });
    await cliJson(['cluster', 'down'], { project });
    await cliJson(['cluster', 'up', '--ports', 'auto', '--spark-version', CLASSIC_SPARK], { project });
    expect(await cliJson(['topic', 'list'], { project })).toEqual(before);
    expect(await brokerLog()).toMatch(/Kafka version: 3\.9\./);
  });

  test('heals after a kill -9 of the broker, although its session in ZooKeeper goes on for a while', async () => {
    await run('docker', ['kill', await containerOf('broker')]);
    const { started } = await cliJson<{ started: string[] }>(['cluster', 'up'], { project });
    expect(started).toEqual(['broker']);
    expect((await cli(['topic', 'list'], { project })).exitCode).toBe(0);
  });
});

describe(`Spark ${CLASSIC_SPARK} with Scala 2.12`, () => {
  test('has the connector of its own version', async () => {
    const jars = (await run('docker', ['exec', await containerOf('master'), 'ls', `/opt/data/jars/${CLASSIC_SPARK}`]))
      .stdout;
    expect(jars).toContain(`spark-sql-kafka-0-10_2.12-${CLASSIC_SPARK}.jar`);
  });

  test('joins two topics', async () => {
    await cliJson(['seed', 'cars', '--spread', '2h'], { project });
    await cliJson(['seed', 'news', '--shift-to-now'], { project });
    const submitted = await cliJson(['submit', 'brand-pulse', '--trigger', 'available-now'], { project });
    expect(submitted).toMatchObject({ state: 'succeeded', exitCode: 0, summary: { deadLetters: 0 } });
    const { offsets } = await cliJson<{ offsets: number }>(['topic', 'describe', 'brand-pulse'], { project });
    expect(offsets).toBeGreaterThan(0);
  });
});
