import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cliJson } from './cli.js';
import { sharedProject, testTarget } from './shared-cluster/project.js';

export const run = promisify(execFile);

interface Status {
  readonly services: ReadonlyArray<{ readonly name: string; readonly container: string | null }>;
}

/** Where jobs see what they write. */
export function pathForJobs(path: string): string {
  return testTarget() === 'local' ? join(sharedProject(), '.millrace', 'data', path) : `/opt/data/${path}`;
}

/** A folder of what jobs wrote, on this machine: itself on target local, a copy out of the volume in Docker. */
export async function fetchData(path: string): Promise<string> {
  if (testTarget() === 'local') return pathForJobs(path);
  const folder = await mkdtemp(join(sharedProject(), 'fetched-'));
  await run('docker', ['cp', `${await containerOf('master')}:${pathForJobs(path)}`, join(folder, 'copy')]);
  return join(folder, 'copy');
}

/** Writes a file where jobs would have written it. */
export async function putData(path: string, text: string): Promise<void> {
  const file = pathForJobs(path);
  if (testTarget() === 'local') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return;
  }
  const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"';
  await run('docker', ['exec', await containerOf('master'), 'sh', '-c', script, 'sh', file, text]);
}

/** The container of a service of the shared cluster. */
export async function containerOf(service: string): Promise<string> {
  const { services } = await cliJson<Status>(['cluster', 'status'], { project: sharedProject() });
  const container = services.find(({ name }) => name === service)?.container;
  if (!container) throw new Error(`${service} has no container`);
  return container;
}

/** The driver that runs now, killed where it runs. */
export async function killDriver(name: string): Promise<void> {
  const file = `runs/${name}/driver.json`;
  if (testTarget() === 'local') {
    process.kill(JSON.parse(await readFile(pathForJobs(file), 'utf8')).pid, 'SIGKILL');
    return;
  }
  const master = await containerOf('master');
  const { stdout } = await run('docker', ['exec', master, 'cat', pathForJobs(file)]);
  await run('docker', ['exec', master, 'kill', '-9', String(JSON.parse(stdout).pid)]);
}

/** The images with Spark that were made for projects of this machine. */
export async function sparkImages(): Promise<string[]> {
  const { stdout } = await run('docker', ['images', 'millrace-spark', '--format', '{{.Repository}}:{{.Tag}}']);
  return stdout.split('\n').filter((image) => image !== '');
}
