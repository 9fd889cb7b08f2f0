// Processes as Linux shows them in /proc: which are executors of the bench's cluster, and what CPU time they took.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { project } from './measure.mjs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const EXECUTOR_WITHIN_MS = 90_000;
const QUIET_WITHIN_MS = 30_000;
/** Of all cores, while the bench itself waits. */
const QUIET_SHARE = 0.15;

const readProc = (pid, file) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
};
/** The fields of `stat` behind the name, which may contain blanks. */
const statOf = (pid) =>
  readProc(pid, 'stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');
const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** CPU seconds of a process, and of its children that have ended; nothing if it has ended itself. */
export function cpuSeconds(pid) {
  const stat = statOf(pid);
  if (!stat) return undefined;
  const [user, system, userOfChildren, systemOfChildren] = stat.slice(11, 15).map(Number);
  return (user + system + userOfChildren + systemOfChildren) / TICKS_PER_SECOND;
}

/** CPU seconds of processes together with all that they have started. */
export function cpuSecondsOfTrees(roots) {
  const parents = new Map(pids().map((pid) => [pid, statOf(pid)?.[1]]));
  const isWithin = (pid) => roots.includes(Number(pid)) || (parents.has(pid) && isWithin(parents.get(pid)));
  return [...parents.keys()].filter(isWithin).reduce((sum, pid) => sum + (cpuSeconds(pid) ?? 0), 0);
}

/** The executors of the bench's own cluster: Spark starts each in a folder of the project. */
export function executorPids() {
  const isExecutor = (pid) => {
    if (!readProc(pid, 'cmdline')?.includes('CoarseGrainedExecutorBackend')) return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(project);
    } catch {
      return false;
    }
  };
  return pids().filter(isExecutor).map(Number);
}

/** The executor that starts next, besides those known. */
export async function nextExecutor(known) {
  const deadline = performance.now() + EXECUTOR_WITHIN_MS;
  while (performance.now() < deadline) {
    const found = executorPids().find((pid) => !known.includes(pid));
    if (found) return found;
    await sleep(200);
  }
  throw new Error('no executor has started in time');
}

/** Looks at a process until it ends. What it does after the last look, a twentieth of a second at most, is not seen. */
export async function cpuSecondsUntilItEnds(pid) {
  for (let seconds = 0; ; await sleep(50)) {
    const now = cpuSeconds(pid);
    if (now === undefined) return seconds;
    seconds = now;
  }
}

function busyAndTotal() {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/ +/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, one) => sum + one, 0);
  return { busy: total - ticks[3] - ticks[4], total };
}

/** Waits until other programs leave the machine alone, or not for long. @returns the share of all cores that they take */
export async function waitUntilQuiet() {
  const deadline = performance.now() + QUIET_WITHIN_MS;
  let share = 1;
  while (performance.now() < deadline) {
    const before = busyAndTotal();
    await sleep(2_000);
    const after = busyAndTotal();
    share = (after.busy - before.busy) / (after.total - before.total);
    if (share < QUIET_SHARE) return share;
  }
  console.log(`       other programs take ${(share * 100).toFixed(0)} % of the cores: times are too long now`);
  return share;
}
