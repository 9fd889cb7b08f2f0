import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';
import { prepareBroker } from '../../../src/targets/local/broker.js';
import { LocalFolders, type LocalState } from '../../../src/targets/local/local-state.js';
import { prepareSpark, propertiesFile } from '../../../src/targets/local/spark-daemons.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Each target and each layout sets in a file of its own what is promised of every cluster. */
const folders = new LocalFolders(join(temporaryFolder(), 'state'));
const state = {
  ...{ clusterId: 'x', ports: { broker: 1, controller: 2, master: 3, masterUi: 4, workerUis: [5] } },
  ...{ java: { binary: '/java', home: '/' }, artifacts: { brokerJars: '/broker', sparkHome: '/nowhere/spark' } },
} as unknown as LocalState;
const shipped = (file: string) => readFileSync(packagePath('docker', file), 'utf8');

/** The broker's settings by Kafka's names, as each layout spells them. */
async function brokerSettings(): Promise<Record<string, Map<string, string>>> {
  const run = async () => ({ exitCode: 0, stdout: '', stderr: '' });
  await prepareBroker({ folders, state, env: {}, run, signal: new AbortController().signal });
  const properties = (text: string) =>
    new Map([...text.matchAll(/^ *([a-z][a-z.]+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));
  const variables = [...shipped('compose.zookeeper.yaml').matchAll(/^ *KAFKA_([A-Z_]+): "?([^"\n]+)"?$/gm)];
  return {
    local: properties(readFileSync(join(folders.broker, 'server.properties'), 'utf8')),
    docker: properties(shipped('compose.yaml')),
    zookeeper: new Map(
      variables.map(([, name = '', value = '']) => [name.toLowerCase().replaceAll('_', '.'), value] as const),
    ),
  };
}

test('every broker keeps records for 30 days, gives a topic 4 partitions, and creates none by itself', async () => {
  for (const [layout, settings] of Object.entries(await brokerSettings())) {
    const of = (name: string) => settings.get(name);
    expect({ layout, hours: of('log.retention.hours') }).toEqual({ layout, hours: String(30 * 24) });
    expect({ layout, partitions: of('num.partitions') }).toEqual({ layout, partitions: '4' });
    expect({ layout, makes: of('auto.create.topics.enable') }).toEqual({ layout, makes: 'false' });
  }
});

test('settings that the brokers of two layouts share have the same values, except addresses and folders', async () => {
  const { local, ...others } = await brokerSettings();
  const isOfPlace = (name: string) => /listener|log\.dirs|quorum\.voters/.test(name);
  for (const settings of Object.values(others)) {
    const both = [...settings].filter(([name]) => local?.has(name) && !isOfPlace(name));
    expect(both.length).toBeGreaterThan(8);
    expect(both).toEqual(both.map(([name]) => [name, local?.get(name)]));
  }
});

test("every Spark's RPC is authenticated and encrypted, and its REST submission server is off", async () => {
  await prepareSpark(folders, state.artifacts);
  const file = propertiesFile(folders);
  const local = readFileSync(file, 'utf8');
  for (const text of [local, shipped('spark/init-volumes.sh')]) {
    expect(text).toMatch(/^spark\.authenticate true$/m);
    expect(text).toMatch(/^spark\.network\.crypto\.enabled true$/m);
    expect(text).toMatch(/^spark\.master\.rest\.enabled false$/m);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await prepareSpark(folders, state.artifacts);
  expect(readFileSync(file, 'utf8')).toBe(local); // the secret is made once
});
