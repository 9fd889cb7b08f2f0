import { spawn } from 'node:child_process';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readJson } from '../../project/atomic-file.js';
import { lookUntil, waitUntil } from '../../project/look-until.js';
import { packagePath } from '../../project/package-files.js';
import { isAlive, type ProcessIdentity, waitForEnd } from '../../project/process-identity.js';
import { homeOf, isAliveHere, type ProjectProcess } from '../../project/project-home.js';
import { sendSignal } from '../send-signal.js';
import type { ServiceName } from '../target.js';
import { targetErrors } from '../target-errors.js';

/** How to start one service of the cluster as a child process. */
export interface ServiceSpec {
  readonly name: ServiceName;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The service is ready when this port of 127.0.0.1 accepts a connection. */
  readonly port: number;
  readonly ui: string | null;
  readonly readyWithinMs: number;
}

/** What is recorded of a started service, in a file by which any later command finds it. */
export interface ServiceRecord extends ProjectProcess {
  readonly name: ServiceName;
  readonly port: number;
  readonly ui: string | null;
  readonly startedAt: string;
}

const RECORDED_WITHIN_MS = 20_000;

export interface ServiceFolders {
  /** `.millrace`, whose files say which project a service belongs to. */
  readonly state: string;
  readonly services: string;
  readonly logs: string;
}

export async function findService(folders: ServiceFolders, name: ServiceName): Promise<ServiceRecord | undefined> {
  const record = await readJson<ServiceRecord>(recordPath(folders, name));
  return record && isAliveHere(folders.state, record) ? record : undefined;
}

/**
 * Starts the service in its own session, so that it runs on after this process and its terminal have ended; waits for its port.
 * @throws SERVICE_FAILED when it ends early or does not answer in time, with its last lines
 */
export async function startService(folders: ServiceFolders, spec: ServiceSpec, signal: AbortSignal): Promise<void> {
  await rename(logPath(folders, spec.name), `${logPath(folders, spec.name)}.1`).catch(() => undefined);
  const identity = await spawnDetached(folders, spec);
  await waitForPort(folders, spec, identity, signal);
}

/** SIGTERM, then SIGKILL after `graceMs`. Does nothing where it does not run; a foreign process with the same pid is never signalled. */
export async function stopService(folders: ServiceFolders, name: ServiceName, graceMs: number): Promise<void> {
  const record = await findService(folders, name);
  if (record) {
    sendSignal(record.pid, 'SIGTERM');
    if (!(await waitForEnd(record, graceMs)) && isAlive(record)) {
      sendSignal(record.pid, 'SIGKILL');
      await waitForEnd(record, graceMs);
    }
  }
  await rm(recordPath(folders, name), { force: true });
}

export function logPath(folders: ServiceFolders, name: ServiceName): string {
  return join(folders.logs, `${name}.log`);
}

function recordPath(folders: ServiceFolders, name: ServiceName): string {
  return join(folders.services, `${name}.json`);
}

/** Starts a script that writes the record and then becomes the service: each service has a record, even if this process is killed. */
async function spawnDetached(folders: ServiceFolders, spec: ServiceSpec): Promise<ProcessIdentity> {
  const record = recordPath(folders, spec.name);
  await rm(record, { force: true });
  const log = await open(logPath(folders, spec.name), 'a');
  try {
    const { command, args, cwd, env } = spec;
    const start = [packagePath('templates', 'start-service.sh'), record, recordFacts(folders, spec), command, ...args];
    const child = spawn('/bin/sh', start, { cwd, env, detached: true, stdio: ['ignore', log.fd, log.fd] });
    child.once('error', () => undefined); // the missing record shows it below
    child.unref();
    return await waitForRecord(folders, spec.name, () => child.exitCode !== null || child.signalCode !== null);
  } finally {
    await log.close();
  }
}

/** The fields of a ServiceRecord that are known before the process exists. */
function recordFacts({ state }: ServiceFolders, { name, port, ui }: ServiceSpec): string {
  const { folder } = homeOf(state);
  return JSON.stringify({ name, port, ui, startedAt: new Date().toISOString(), folder }).slice(1, -1);
}

async function waitForRecord(
  folders: ServiceFolders,
  name: ServiceName,
  hasEnded: () => boolean,
): Promise<ProcessIdentity> {
  const look = async () => {
    const isLastLook = hasEnded();
    return (await readJson<ServiceRecord>(recordPath(folders, name))) ?? (isLastLook ? null : undefined);
  };
  const record = await lookUntil(look, { everyMs: 10, withinMs: RECORDED_WITHIN_MS });
  if (record) return record;
  const reason = 'could not be started';
  throw targetErrors.SERVICE_FAILED({ service: name, reason, lastLines: await lastLines(folders, name) });
}

async function waitForPort(folders: ServiceFolders, spec: ServiceSpec, identity: ProcessIdentity, signal: AbortSignal) {
  const { name, port, readyWithinMs } = spec;
  const failed = async (reason: string) =>
    targetErrors.SERVICE_FAILED({ service: name, reason, lastLines: await lastLines(folders, name) });
  const isOpen = async () => {
    if (await accepts(port)) return true;
    if (!isAlive(identity)) throw await failed('ended while starting');
    return false;
  };
  if (await waitUntil(isOpen, { everyMs: 50, withinMs: readyWithinMs, signal })) return;
  throw await failed(`did not answer on 127.0.0.1:${port} within ${readyWithinMs / 1000} s`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(500, () => socket.destroy());
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

async function lastLines(folders: ServiceFolders, name: ServiceName): Promise<string[]> {
  const text = await readFile(logPath(folders, name), 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n');
  const telling = lines.filter((line) => /error|exception|fatal|no space/i.test(line) && !/^\s+at /.test(line));
  return (telling.length > 0 ? telling : lines).slice(-3).map((line) => line.slice(0, 300));
}
