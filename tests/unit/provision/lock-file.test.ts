import { readFile } from 'node:fs/promises';
import { parseLock } from '../../../src/provision/lock-file.js';
import { LOCK } from './stand-ins.js';

const shipped = new URL('../../../../src/provision/artifacts.lock.json', import.meta.url);

describe('artifacts.lock.json', () => {
  test('pins the broker with its logging, and the four jars of the connector', async () => {
    const lock = parseLock(await readFile(shipped, 'utf8'));
    const find = (name: string) => lock.brokerJars.find((jar) => jar.name === name)?.version;
    expect(find(`kafka_${lock.scala}`)).toBe(lock.kafka);
    expect(find('log4j-slf4j-impl')).toBe(find('log4j-core'));
    expect(lock.connectorJars.map(({ name }) => name).sort()).toEqual([
      'commons-pool2',
      'kafka-clients',
      `spark-sql-kafka-0-10_${lock.scala}`,
      `spark-token-provider-kafka-0-10_${lock.scala}`,
    ]);
    expect(lock.python.packages).toContain(`pyspark==${lock.spark}`);
  });

  test('names each file once per folder, as Ivy will name it', async () => {
    const { brokerJars, connectorJars } = parseLock(await readFile(shipped, 'utf8'));
    for (const jars of [brokerJars, connectorJars])
      expect(new Set(jars.map(({ file }) => file)).size).toBe(jars.length);
    for (const { name, version, file } of [...brokerJars, ...connectorJars])
      expect(file).toBe(`${name}-${version}.jar`);
  });

  test.each([
    ['a path as a file name', { file: '../evil.jar' }],
    ['markup as a version', { version: '1"/>' }],
    ['a short sum', { sha512: 'abc' }],
    ['a field it does not know', { url: 'https://x.example' }],
  ])('is refused with %s', (_what, change) => {
    const brokerJars = [{ ...LOCK.brokerJars[0], ...change }];
    expect(() => parseLock(JSON.stringify({ ...LOCK, brokerJars }))).toThrow();
  });
});
