import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { waitUntil } from './look-until.js';

/**
 * Tells a process from every other one. A pid alone does not: the system gives it again, to any program.
 * `startTime` is opaque text: Linux's clock ticks since boot with the boot id, elsewhere what `ps` prints.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The identity of a live process, or undefined when no such process runs (a zombie does not). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** This process; its start is `unknown` where the system does not tell it. */
export function identifySelf(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, startTime: 'unknown' };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTime === identity.startTime;
}

/** Whether the machine has not been restarted since the process began; true also where start times do not tell. */
export function isOfThisBoot({ startTime }: ProcessIdentity): boolean {
  return process.platform !== 'linux' || startTime.startsWith(`${bootId()}:`);
}

/** Waits until the process has ended; false when it still runs after `timeoutMs`. */
export function waitForEnd(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  return waitUntil(() => !isAlive(identity), { everyMs: 50, withinMs: timeoutMs });
}

/** Field 22 of /proc/PID/stat (proc(5)); the name of the command stands before it, and may have blanks and parentheses in it. */
function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function psStartTime(pid: number): string | undefined {
  try {
    const options = {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: 'pipe',
    } as const;
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
