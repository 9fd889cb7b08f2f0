import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../project/atomic-file.js';
import { emptyConf } from '../../provision/class-archive.js';
import type { LocalFolders, LocalState } from './local-state.js';
import type { ServiceSpec } from './service-process.js';

const HEAP_MB = 256;
const RECOVERY = 'recovery';
const READY_WITHIN_MS = 180_000;

/** The options of Spark's own launcher (JavaModuleOptions of Spark 4.2): millrace starts java directly, which saves a JVM per daemon. */
const MODULE_OPTIONS = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  '--add-modules=jdk.incubator.vector',
  ...[
    'java.base/java.lang',
    'java.base/java.lang.invoke',
    'java.base/java.lang.reflect',
    'java.base/java.io',
    'java.base/java.net',
    'java.base/java.nio',
    'java.base/java.util',
    'java.base/java.util.concurrent',
    'java.base/java.util.concurrent.atomic',
    'java.base/jdk.internal.ref',
    'java.base/sun.nio.ch',
    'java.base/sun.nio.cs',
    'java.base/sun.security.action',
    'java.base/sun.util.calendar',
    'java.security.jgss/sun.security.krb5',
  ].map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Dio.netty.allocator.type=pooled',
  '--enable-native-access=ALL-UNNAMED',
];

/**
 * A worker begins an executor's log again at 4 MiB and keeps two earlier files of it. It deletes the folders of ended applications
 * after a week (Spark's default). In Docker the compose file has the same.
 */
const KEEP_LITTLE = [
  'spark.executor.logs.rolling.strategy=size',
  'spark.executor.logs.rolling.maxSize=4194304',
  'spark.executor.logs.rolling.maxRetainedFiles=2',
  'spark.worker.cleanup.enabled=true',
].map((setting) => `-D${setting}`);

/** The properties file of every Spark process of this cluster: by it the secret never appears in an argument. */
export function propertiesFile(folders: LocalFolders): string {
  return join(folders.spark, 'spark.conf');
}

/** Deletes what the master remembers of workers and applications; for a start of the whole cluster, when none is left. */
export async function forgetRecovery(folders: LocalFolders): Promise<void> {
  await rm(join(folders.spark, RECOVERY), { recursive: true, force: true });
}

/** Writes the properties (mode 0600) once per cluster, with a new secret. */
export async function prepareSpark(folders: LocalFolders, { sparkHome }: LocalState['artifacts']): Promise<void> {
  // It fails in a cache that is read-only; Spark treats a missing folder like an empty one.
  await mkdir(emptyConf(sparkHome), { recursive: true }).catch(() => undefined);
  await mkdir(folders.spark, { recursive: true });
  if (existsSync(propertiesFile(folders))) return;
  const properties = [
    'spark.authenticate true',
    `spark.authenticate.secret ${randomBytes(32).toString('hex')}`,
    'spark.network.crypto.enabled true',
    'spark.network.crypto.cipher AES/GCM/NoPadding',
    'spark.master.rest.enabled false',
    'spark.ui.killEnabled false',
    // So that a restarted master knows its workers and applications; the path is relative to the daemons' folder.
    'spark.deploy.recoveryMode FILESYSTEM',
    `spark.deploy.recoveryDirectory ${RECOVERY}`,
    'spark.redaction.regex (?i)secret|password|passwd|token|credential|access[.]?key|api[.]?key',
  ];
  await writeFileAtomic(propertiesFile(folders), `${properties.join('\n')}\n`, 0o600);
}

export function masterSpec(
  folders: LocalFolders,
  state: LocalState,
  env: Readonly<Record<string, string>>,
): ServiceSpec {
  const { master, masterUi } = state.ports;
  const args = ['--host', '127.0.0.1', '--port', String(master), '--webui-port', String(masterUi)];
  return {
    name: 'master',
    ...daemon(folders, state, env, 'org.apache.spark.deploy.master.Master', args),
    port: master,
    ui: `http://127.0.0.1:${masterUi}`,
    readyWithinMs: READY_WITHIN_MS,
  };
}

export function workerSpec(
  folders: LocalFolders,
  state: LocalState,
  env: Readonly<Record<string, string>>,
  name: `worker-${number}`,
): ServiceSpec {
  const ui = state.ports.workerUis[Number(name.split('-')[1]) - 1] ?? 0;
  const { workerCores, workerMemoryMb } = state.size;
  const size = ['-c', String(workerCores), '-m', `${workerMemoryMb}m`, '-d', join(folders.spark, name)];
  const args = ['--host', '127.0.0.1', '--webui-port', String(ui), ...size];
  return {
    name,
    ...daemon(folders, state, env, 'org.apache.spark.deploy.worker.Worker', args),
    port: ui,
    ui: `http://127.0.0.1:${ui}`,
    readyWithinMs: READY_WITHIN_MS,
  };
}

function daemon(
  folders: LocalFolders,
  state: LocalState,
  env: Readonly<Record<string, string>>,
  main: string,
  args: readonly string[],
) {
  const { sparkHome } = state.artifacts;
  const classpath = `${emptyConf(sparkHome)}/:${join(sparkHome, 'jars')}/*`;
  const url = main.endsWith('Worker') ? [`spark://127.0.0.1:${state.ports.master}`] : [];
  const java = [
    `-Xmx${HEAP_MB}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    ...(main.endsWith('Worker') ? KEEP_LITTLE : []),
    ...MODULE_OPTIONS,
    '-cp',
    classpath,
    main,
  ];
  return {
    command: state.java.binary,
    args: [...java, ...args, '--properties-file', propertiesFile(folders), ...url],
    cwd: folders.spark,
    env: { ...env, ...sparkEnvironment(state) },
  };
}

/** Environment variables of Spark's daemons and of drivers. */
export function sparkEnvironment(state: LocalState): Record<string, string> {
  return {
    JAVA_HOME: state.java.home,
    SPARK_HOME: state.artifacts.sparkHome,
    SPARK_CONF_DIR: emptyConf(state.artifacts.sparkHome),
    // Spark's own start scripts, which are not used here, would set it; without it a worker cannot start executors.
    SPARK_SCALA_VERSION: state.artifacts.versions.scala,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_PUBLIC_DNS: '127.0.0.1',
    PYSPARK_PYTHON: state.artifacts.python,
    PYSPARK_DRIVER_PYTHON: state.artifacts.python,
  };
}

export async function makeWorkerFolder(folders: LocalFolders, name: string): Promise<void> {
  await mkdir(join(folders.spark, name), { recursive: true });
}
