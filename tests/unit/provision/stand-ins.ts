import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ArtifactOptions } from '../../../src/provision/artifacts.js';
import { locateVenv } from '../../../src/provision/cache-layout.js';
import type { ArtifactLock, LockedJar } from '../../../src/provision/lock-file.js';
import type { CommandOptions, CommandResult, RunCommand } from '../../../src/provision/run-command.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';

const folders: string[] = [];

/** A folder that the test file's afterEach removes with `removeFolders`. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-provision-'));
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

export async function write(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode });
}

export const succeed = (stdout = '', stderr = ''): CommandResult => ({ stdout, stderr, exitCode: 0 });
export const fail = (stderr: string, stdout = ''): CommandResult => ({ stdout, stderr, exitCode: 1 });

/** What is in each jar of the lock below; the lock holds the sums of these texts. */
export const CONTENTS: Readonly<Record<string, string>> = {
  'kafka_2.13-4.4.0.jar': 'the broker',
  'kafka-clients-4.4.0.jar': 'the new clients',
  'spark-sql-kafka-0-10_2.13-4.2.0.jar': 'the connector',
  'kafka-clients-3.9.2.jar': 'the old clients',
};

function lockJar(group: string, name: string, version: string): LockedJar {
  const file = `${name}-${version}.jar`;
  const text = CONTENTS[file] ?? '';
  return { group, name, version, file, bytes: text.length, sha512: createHash('sha512').update(text).digest('hex') };
}

export const LOCK: ArtifactLock = {
  spark: '4.2.0',
  kafka: '4.4.0',
  scala: '2.13',
  python: { packages: ['pyspark==4.2.0', "numpy==2.2.6; python_version < '3.14'"] },
  brokerJars: [
    lockJar('org.apache.kafka', 'kafka_2.13', '4.4.0'),
    lockJar('org.apache.kafka', 'kafka-clients', '4.4.0'),
  ],
  connectorJars: [
    lockJar('org.apache.spark', 'spark-sql-kafka-0-10_2.13', '4.2.0'),
    lockJar('org.apache.kafka', 'kafka-clients', '3.9.2'),
  ],
};

export const PYTHON = { binary: '/usr/bin/python3.11', version: '3.11.7' };
export const JAVA = {
  binary: '/opt/java/bin/java',
  home: '/opt/java',
  major: 17,
  version: '17.0.15',
  build: '17.0.15+6',
};

/** Stands in for pip: puts down the packages with their RECORD, as pip does. */
export async function installPackages(cacheFolder: string): Promise<CommandResult> {
  const { python, sitePackages } = locateVenv(cacheFolder, LOCK, PYTHON);
  await write(python, '', 0o755);
  await write(join(sitePackages, 'pyspark/jars/ivy-2.5.3.jar'), 'ivy');
  await write(join(sitePackages, 'pyspark/version.py'), 'version = 4');
  const pyspark = 'pyspark/jars/ivy-2.5.3.jar,sha256=x,3\r\npyspark/version.py,sha256=x,11\r\n';
  await write(join(sitePackages, 'pyspark-4.2.0.dist-info/RECORD'), `${pyspark}pyspark/version.pyc,,\r\n`);
  await write(join(sitePackages, 'numpy/odd, name.py'), 'x');
  await write(join(sitePackages, 'numpy-2.2.6.dist-info/RECORD'), '"numpy/odd, name.py",sha256=x,1\r\n');
  return succeed('Successfully installed numpy-2.2.6 pyspark-4.2.0');
}

/** Stands in for Ivy: puts `contents` down for every artifact that the ivy.xml asks for. */
export async function retrieveJars(args: readonly string[], contents = CONTENTS): Promise<CommandResult> {
  const module = await readFile(argumentOf(args, '-ivy'), 'utf8');
  const pattern = argumentOf(args, '-retrieve');
  for (const [, name = '', version = '', conf = ''] of module.matchAll(/name="(\S+)" rev="(\S+)" conf="(\w+)->/g)) {
    const path = pattern.replace('[conf]', conf).replace('[artifact]', name).replace('[revision]', version);
    await write(path.replace('[ext]', 'jar'), contents[`${name}-${version}.jar`] ?? '');
  }
  return succeed();
}

export function argumentOf(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? '';
}

export type Program = 'venv' | 'pip' | 'ivy' | 'submit';
type Behaviour = (args: readonly string[], options: CommandOptions) => Promise<CommandResult>;

function programOf(file: string, args: readonly string[]): Program {
  if (file === JAVA.binary) return 'ivy';
  if (file.endsWith('spark-submit')) return 'submit';
  return args.includes('pip') ? 'pip' : 'venv';
}

/** A machine whose programs work, apart from those whose behaviour is given; it remembers what was run. */
export function makeMachine(cacheFolder: string, behaviours: Partial<Record<Program, Behaviour>> = {}) {
  const calls: { program: Program; file: string; args: readonly string[]; options: CommandOptions }[] = [];
  const standard: Record<Program, Behaviour> = {
    venv: async () => succeed(),
    pip: () => installPackages(cacheFolder),
    ivy: (args) => retrieveJars(args),
    submit: async (_args, { cwd = '' }) => {
      await write(join(cwd, 'spark.jsa'), 'classes');
      return succeed();
    },
  };
  const run: RunCommand = (file, args, options = {}) => {
    const program = programOf(file, args);
    calls.push({ program, file, args, options });
    return (behaviours[program] ?? standard[program])(args, options);
  };
  return { run, calls, programs: () => calls.map(({ program }) => program) };
}

export function makeOptions(cacheFolder: string, run: RunCommand): ArtifactOptions & { report: RecordingReporter } {
  return {
    cacheFolder,
    lock: LOCK,
    java: JAVA,
    python: PYTHON,
    env: { PATH: '/usr/bin' },
    run,
    report: new RecordingReporter(),
    signal: new AbortController().signal,
    withLock: (_path, work) => work(),
  };
}
