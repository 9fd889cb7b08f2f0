import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../errors.js';
import type { LogLine, ServiceName } from '../target.js';
import { tailFile } from './local-files.js';
import type { LocalFolders } from './local-state.js';
import { logPath } from './service-process.js';

const POLL_MS = 300;

interface LogOptions {
  readonly service?: string;
  readonly lines: number;
  readonly isFollowing: boolean;
}

/** The last lines of each service's log; with `isFollowing` also new lines, until `signal`. */
export async function* followLogs(
  folders: LocalFolders,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const services = await servicesWithLogs(folders, options.service);
  const readTo = new Map<ServiceName, number>();
  for (const service of services) {
    const { text, nextByte } = await tailFile(logPath(folders, service), 0);
    readTo.set(service, nextByte);
    const lines = splitLines(text);
    for (const line of lines.slice(Math.max(0, lines.length - options.lines))) yield { service, line };
  }
  while (options.isFollowing && !signal.aborted) {
    for (const service of services) yield* newLines(folders, service, readTo);
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function* newLines(
  folders: LocalFolders,
  service: ServiceName,
  readTo: Map<ServiceName, number>,
): AsyncGenerator<LogLine> {
  const { text, nextByte } = await tailFile(logPath(folders, service), readTo.get(service) ?? 0);
  readTo.set(service, nextByte);
  for (const line of splitLines(text)) yield { service, line };
}

async function servicesWithLogs(folders: LocalFolders, wanted: string | undefined): Promise<ServiceName[]> {
  const files = await readdir(folders.logs).catch(() => []);
  const known = files.filter((file) => file.endsWith('.log')).map((file) => file.slice(0, -4) as ServiceName);
  if (wanted === undefined) return known.sort();
  const found = known.find((name) => name === wanted);
  if (found) return [found];
  const list = known.length === 0 ? 'none has written a log yet' : `there are ${known.sort().join(', ')}`;
  throw new UsageError(`No service named \`${wanted}\` has a log: ${list}`, 'Name one of them, or none for all.');
}

function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
