import { cli, cliJson } from '../cli.js';
import { carsFile } from '../data.js';
import { readLatest } from '../kafka.js';
import { expectSameEverywhere } from '../same-everywhere.js';
import { sharedProject } from '../shared-cluster/project.js';
import { containerOf, run } from '../target-data.js';

const project = sharedProject();

async function brokerLog(): Promise<string> {
  const { stdout, stderr } = await run('docker', ['logs', await containerOf('broker')]);
  return stdout + stderr;
}

describe('the layout with ZooKeeper', () => {
  test('has a broker of Kafka 3.9 that registers in ZooKeeper, and says that it is the old way', async () => {
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

  test('gives the same windows and the same metrics as the other layouts', async () => {
    await cliJson(['seed', 'news'], { project });
    const stream = ['submit', 'windowed-news', '--set', 'window=500 milliseconds', '--trigger', 'available-now'];
    expect(await cliJson(stream, { project })).toMatchObject({ state: 'succeeded', exitCode: 0 });
    const windows = await readLatest<{ stories: number }>('windowed-news');
    const counts = Object.fromEntries([...windows].map(([key, { stories }]) => [key, Number(stories)]));
    expect(windows.size).toBeGreaterThan(100);
    await expectSameEverywhere('windows', counts);
    await cliJson(['seed', 'cars', carsFile], { project });
    const train = ['train', 'model', '--set', 'trees=20', '--set', 'depth=10'];
    const { metrics } = await cliJson<{ metrics: { r2: number } }>(train, { project });
    expect(metrics.r2).toBeGreaterThanOrEqual(0.9);
    await expectSameEverywhere('metrics', metrics);
  });

  test('keeps its topics over down and up, without being told again which layout it is', async () => {
    const before = await cliJson<{ topics: object[] }>(['topic', 'list'], { project });
    await cliJson(['cluster', 'down'], { project });
    await cliJson(['cluster', 'up', '--ports', 'auto'], { project });
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
