import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, cliJson } from '../cli.js';
import { readyStatus } from '../ready-status.js';
import { sharedProject } from '../shared-cluster/project.js';
import { run } from '../target-data.js';

interface Status {
  readonly state: string;
  readonly services: ReadonlyArray<{ name: string; state: string; pid: number | null; container: string | null }>;
}

interface Runs {
  readonly runs: ReadonlyArray<{ run: string; state: string; note: string | null }>;
}

const project = sharedProject();
const identities = ({ services }: Status) => services.map(({ name, pid, container }) => ({ name, pid, container }));

describe('a copy of the folder of a project whose cluster is up', () => {
  let parent: string;
  let copy: string;
  let before: Status;
  beforeAll(async () => {
    before = await readyStatus<Status>(project);
    parent = await mkdtemp(join(tmpdir(), 'copied '));
    copy = join(parent, 'a copy');
    // What an original at work writes and removes in the middle of it may be missing, and `cp` tells so.
    await run('cp', ['-a', project, copy]).catch(() => undefined);
    expect(existsSync(join(copy, '.millrace', 'cluster.json'))).toBe(true);
  });
  afterAll(() => rm(parent, { recursive: true, force: true }));

  test('has no cluster, and no run that lives', async () => {
    const { exitCode, stdout } = await cli(['--json', 'cluster', 'status'], { project: copy });
    expect(exitCode).toBe(10);
    const { state, services } = JSON.parse(stdout) as Status;
    expect(state).toBe('stopped');
    expect(services.filter(({ pid, container }) => pid !== null || container !== null)).toEqual([]);
    const { runs } = await cliJson<Runs>(['runs', 'list'], { project: copy });
    expect(runs.filter(({ state: now }) => ['queued', 'starting', 'running', 'stopping'].includes(now))).toEqual([]);
    expect((await cli(['topic', 'list'], { project: copy })).exitCode).toBe(3);
  });

  test('stops nothing of the original, which stays ready', async () => {
    expect(await cliJson(['cluster', 'down', '--purge', '--yes'], { project: copy })).toMatchObject({
      state: 'stopped',
      stopped: [],
      stoppedRuns: [],
    });
    const after = await readyStatus<Status>(project);
    expect(identities(after)).toEqual(identities(before));
  });
});
