import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson } from '../cli.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';

const state = (...path: string[]) => join(sharedProject(), '.millrace', ...path);

export async function pidOfService(name: string): Promise<number> {
  const { stdout } = await cli(['--json', 'cluster', 'status'], { project: sharedProject() });
  const { services } = JSON.parse(stdout) as { services: { name: string; pid: number | null }[] };
  const pid = services.find((service) => service.name === name)?.pid;
  if (!pid) throw new Error(`${name} does not run`);
  return pid;
}

export async function pidsOfRun(run: string): Promise<{ driver: number; wrapper: number; supervisor: number }> {
  const { pid, wrapper } = JSON.parse(await readFile(state('data', 'runs', run, 'driver.json'), 'utf8'));
  const { supervisor } = JSON.parse(await readFile(state('runs', run, 'supervision.json'), 'utf8'));
  return { driver: pid, wrapper, supervisor: supervisor.pid };
}

/** The executors that run now: they work below the folder of the worker that started them. */
export function pidsOfExecutors(): number[] {
  const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return processes
    .split('\n')
    .filter((line) => line.includes('CoarseGrainedExecutorBackend'))
    .map((line) => Number(line.trim().split(' ')[0]))
    .filter((pid) => folderOf(pid).startsWith(state('services', 'spark')));
}

/** Where a process works; nowhere once it has ended. */
function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Waits until a micro-batch of the query is being worked on: planned, and not committed yet. */
export async function inBatch(name: string, query = 'topic'): Promise<void> {
  const folder = state('data', 'checkpoints', name, '1', query);
  const newest = async (log: string) => {
    const entries = await readdir(join(folder, log)).catch(() => []);
    return Math.max(-1, ...entries.filter((entry) => /^\d+$/.test(entry)).map(Number));
  };
  await until(async () => (await newest('offsets')) > (await newest('commits')), 300_000, 5);
}

/** Heals the cluster as a user would. */
export async function heal(): Promise<void> {
  await cliJson(['cluster', 'up'], { project: sharedProject() });
}
