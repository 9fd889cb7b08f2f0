import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../project/atomic-file.js';
import type { RunCommand } from '../../provision/run-command.js';
import { targetErrors } from '../target-errors.js';
import type { LocalFolders, LocalState } from './local-state.js';
import type { ServiceSpec } from './service-process.js';

const HEAP_MB = 384;
const TOPICS = 'topics';
/** Written when the storage is formatted, before the broker starts for the first time. */
const FORMATTED = 'formatted';
const READY_WITHIN_MS = 180_000;
const FORMAT_WITHIN_MS = 180_000;
/** Long enough that records survive a holiday, but a stream that is left running does not fill the disk for ever. */
const RETENTION_HOURS = 30 * 24;
/** A quarter of the default: a request of the default size could fill the heap, even before a login (CVE-2026-111115). */
const LARGEST_REQUEST_BYTES = 25 * 1024 * 1024;

export interface LocalBrokerOptions {
  readonly folders: LocalFolders;
  readonly state: LocalState;
  readonly env: Readonly<Record<string, string>>;
  readonly run: RunCommand;
  readonly signal: AbortSignal;
}

/**
 * Formats the broker's storage before the first start, and returns how to start the broker.
 * @throws SERVICE_FAILED when it cannot be formatted, or not in time
 */
export async function prepareBroker(options: LocalBrokerOptions): Promise<ServiceSpec> {
  const { folders, state, env } = options;
  await mkdir(folders.broker, { recursive: true });
  await writeFile(join(folders.broker, 'server.properties'), serverProperties(state));
  await writeFile(join(folders.broker, 'log4j2.properties'), LOG4J2);
  const classpath = join(state.artifacts.brokerJars, '*');
  if (!existsSync(join(folders.broker, FORMATTED))) await formatStorage(options, classpath);
  return {
    name: 'broker',
    command: state.java.binary,
    args: [
      `-Xms${HEAP_MB}m`,
      `-Xmx${HEAP_MB}m`,
      '-Dlog4j2.configurationFile=log4j2.properties',
      '-cp',
      classpath,
      'kafka.Kafka',
      'server.properties',
    ],
    cwd: folders.broker,
    env,
    port: state.ports.broker,
    ui: null,
    readyWithinMs: READY_WITHIN_MS,
  };
}

/** Once per cluster, with its fixed id. Deletes what a killed format left, but nothing where a broker has run. */
async function formatStorage(options: LocalBrokerOptions, classpath: string): Promise<void> {
  const { folders, state, env, run, signal } = options;
  if (await hasRun(folders)) return markFormatted(folders, state);
  await rm(join(folders.broker, TOPICS), { recursive: true, force: true });
  const java = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', classpath];
  const args = [...java, 'kafka.tools.StorageTool', 'format', '-t', state.clusterId, '-c', 'server.properties'];
  const at = { cwd: folders.broker, env, signal, timeoutMs: FORMAT_WITHIN_MS };
  const { exitCode, stdout, stderr } = await run(state.java.binary, args, at).catch((error: Error) => {
    if (error.name !== 'TimeoutError') throw error;
    return { exitCode: -1, stdout: '', stderr: `it took longer than ${FORMAT_WITHIN_MS / 1000} s` };
  });
  if (exitCode !== 0)
    throw targetErrors.SERVICE_FAILED({
      service: 'broker',
      reason: 'could not format its storage',
      lastLines: lastLines(stdout + stderr),
    });
  await markFormatted(folders, state);
}

/** Whether a broker has run here: then there are folders of partitions (`cars-0`), which a format does not create. */
async function hasRun(folders: LocalFolders): Promise<boolean> {
  const entries = await readdir(join(folders.broker, TOPICS)).catch(() => []);
  return entries.some((name) => /-\d+$/.test(name));
}

function markFormatted(folders: LocalFolders, { clusterId }: LocalState): Promise<void> {
  return writeFileAtomic(join(folders.broker, FORMATTED), `${clusterId}\n`);
}

/** KRaft, one node, loopback only. The path is relative: Kafka splits `log.dirs` at commas and reads the file as Latin-1. */
function serverProperties({ ports }: LocalState): string {
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': TOPICS,
    'log.retention.hours': RETENTION_HOURS,
    'num.partitions': 4,
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // By default Kafka writes only once a minute to disk that a topic was emptied, and a kill -9 before that brings its records
    // back (as it still does in the broker's first 30 s, before Kafka's LogManager begins to write).
    'log.flush.start.offset.checkpoint.interval.ms': 1_000,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'socket.request.max.bytes': LARGEST_REQUEST_BYTES,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const LOG4J2 = `# The broker speaks to its log through standard output.
rootLogger.level = INFO
rootLogger.appenderRef.stdout.ref = STDOUT
appender.stdout.type = Console
appender.stdout.name = STDOUT
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSS}Z %p %m (%c{1})%n
`;

function lastLines(text: string): string[] {
  return text.trimEnd().split('\n').slice(-3);
}
