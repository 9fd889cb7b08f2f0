// Writes src/provision/artifacts.lock.json: which jars the broker and the connector need, and their SHA-512.
// Run it when a version below changes, and read the difference before you commit it. It needs Java 17 or later, the
// network, and a venv with this PySpark, because it uses the Ivy inside PySpark:
//
//   python3 -m venv /tmp/lock-venv && /tmp/lock-venv/bin/pip install pyspark==4.2.0
//   node docs/dev/lock-artifacts.mjs /tmp/lock-venv [URL of a Maven mirror]
//
// Here Ivy checks each jar against the repository's own checksum; later only the sums in the lock file count.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SPARK = '4.2.0';
const KAFKA = '4.4.0';
const SCALA = '2.13';
// numpy 2.2.6 is the last that runs on Python 3.10; 2.3.5 has wheels for 3.14. This PySpark requires this py4j.
const PYTHON_PACKAGES = [
  `pyspark==${SPARK}`,
  'py4j==0.10.9.9',
  "numpy==2.2.6; python_version < '3.14'",
  "numpy==2.3.5; python_version >= '3.14'",
];

// The connector's other dependencies are already among Spark's own jars.
const CONNECTOR_MODULES = [
  `spark-sql-kafka-0-10_${SCALA}`,
  `spark-token-provider-kafka-0-10_${SCALA}`,
  'kafka-clients',
  'commons-pool2',
];

const [venv, mirror] = process.argv.slice(2);
if (!venv) throw new Error('Usage: node docs/dev/lock-artifacts.mjs <venv with PySpark> [URL of a Maven mirror]');
const ivyPath = readdirSync(join(venv, 'lib'), { recursive: true }).find((path) =>
  /pyspark\/jars\/ivy-[\d.]+\.jar$/.test(path),
);
if (!ivyPath) throw new Error(`There is no PySpark in ${venv}`);
const ivy = join(venv, 'lib', ivyPath);
const work = mkdtempSync(join(tmpdir(), 'lock-artifacts-'));

/** Resolves modules with all that they need; returns what is in the lock for each jar. */
function resolve(label, modules) {
  const dependencies = modules.map(
    ({ group, name, version }) =>
      `<dependency org="${group}" name="${name}" rev="${version}" conf="default->default"/>`,
  );
  writeFileSync(
    join(work, 'ivy.xml'),
    `<ivy-module version="2.0"><info organisation="millrace" module="lock"/>
<configurations><conf name="default"/></configurations>
<dependencies>${dependencies.join('\n')}</dependencies></ivy-module>`,
  );
  writeFileSync(
    join(work, 'settings.xml'),
    `<ivysettings><settings defaultResolver="central"/>
<resolvers><ibiblio name="central"${mirror ? ` root="${mirror}"` : ''} m2compatible="true"/></resolvers></ivysettings>`,
  );
  const pattern = join(work, label, '[organisation]', '[artifact]', '[revision]', '[artifact]-[revision].[ext]');
  const files = ['-settings', join(work, 'settings.xml'), '-cache', join(work, 'cache'), '-ivy', join(work, 'ivy.xml')];
  const { status } = spawnSync('java', ['-jar', ivy, ...files, '-retrieve', pattern], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`Ivy could not resolve the jars of the ${label}`);
  return listJars(join(work, label));
}

function listJars(folder) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.jar'));
  return paths.sort().map((path) => {
    const [group, name, version, file] = path.split('/');
    const contents = readFileSync(join(folder, path));
    const sha512 = createHash('sha512').update(contents).digest('hex');
    return { group, name, version, file, bytes: contents.length, sha512 };
  });
}

const kafka = { group: 'org.apache.kafka', name: `kafka_${SCALA}`, version: KAFKA };
const plainBroker = resolve('plain-broker', [kafka]);
// Without a binding for slf4j the broker logs nothing at all; the binding must have the same version as log4j.
const log4j = plainBroker.find(({ name }) => name === 'log4j-core');
const binding = { group: log4j.group, name: 'log4j-slf4j-impl', version: log4j.version };
const brokerJars = resolve('broker', [kafka, binding]);
const connector = { group: 'org.apache.spark', name: CONNECTOR_MODULES[0], version: SPARK };
const connectorJars = resolve('connector', [connector]).filter(({ name }) => CONNECTOR_MODULES.includes(name));

const lock = {
  spark: SPARK,
  kafka: KAFKA,
  scala: SCALA,
  python: { packages: PYTHON_PACKAGES },
  brokerJars,
  connectorJars,
};
const target = new URL('../../src/provision/artifacts.lock.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(lock, null, 2)}\n`);
rmSync(work, { recursive: true });
