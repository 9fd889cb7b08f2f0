import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { listClusters, type OpenProject } from '../../../src/cluster/list.js';
import { UsageError } from '../../../src/errors.js';
import { KnownProjects } from '../../../src/project/known-projects.js';
import { engineErrors } from '../../../src/targets/docker/engine-errors.js';
import type { ServiceStatus, Target } from '../../../src/targets/target.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();
const stopped = { pid: null, container: null, address: null, ui: null, state: 'stopped' } as const;
const STOPPED: readonly ServiceStatus[] = [
  { ...stopped, name: 'broker' },
  { ...stopped, name: 'master' },
];

/** A target of which only the state of its services is asked. */
function makeTarget(name: string, status: () => Promise<readonly ServiceStatus[]>): Target {
  return { name, services: { status } } as unknown as Target;
}

async function list(behaviours: Record<string, () => Promise<Target>>) {
  const parent = mkdtempSync(join(folder, 'user-'));
  const projects = new KnownProjects(join(parent, 'projects'));
  for (const name of Object.keys(behaviours)) {
    mkdirSync(join(parent, name));
    await projects.remember(join(parent, name));
  }
  const open: OpenProject = async (root) => {
    const target = await behaviours[root.slice(parent.length + 1)]?.();
    if (!target) throw new Error(`${root} was not to be opened`);
    return { project: { root, configFile: join(root, 'millrace.yaml'), state: join(root, '.millrace') }, target };
  };
  const { clusters } = await listClusters(projects, open);
  return clusters.map((cluster) => ({ ...cluster, project: cluster.project.slice(parent.length + 1) }));
}

const nothing = { broker: null, masterUi: null } as const;

describe('listClusters', () => {
  test('is empty without projects', async () => {
    expect(await list({})).toEqual([]);
  });

  test('tells target and state of each project, sorted by folder', async () => {
    expect(
      await list({
        b: async () => makeTarget('docker', async () => STOPPED),
        a: async () => makeTarget('local', async () => STOPPED),
      }),
    ).toEqual([
      { project: 'a', target: 'local', state: 'stopped', ...nothing, reason: null },
      { project: 'b', target: 'docker', state: 'stopped', ...nothing, reason: null },
    ]);
  });

  test('tells where broker and master are', async () => {
    const services: readonly ServiceStatus[] = [
      { ...stopped, name: 'worker-1', ui: 'http://127.0.0.1:18081' },
      { ...stopped, name: 'broker', state: 'starting', address: '127.0.0.1:19092' },
      { ...stopped, name: 'master', state: 'starting', ui: 'http://127.0.0.1:18080' },
    ];
    expect(await list({ a: async () => makeTarget('docker', async () => services) })).toMatchObject([
      { broker: '127.0.0.1:19092', masterUi: 'http://127.0.0.1:18080' },
    ]);
  });

  test('lists a project that cannot be opened as unknown, with the reason, and the others as usual', async () => {
    const broken = new UsageError('The configuration has a mistake', 'Fix it.');
    expect(
      await list({
        a: () => Promise.reject(broken),
        b: async () => makeTarget('local', async () => STOPPED),
      }),
    ).toEqual([
      { project: 'a', target: null, state: 'unknown', ...nothing, reason: 'The configuration has a mistake' },
      { project: 'b', target: 'local', state: 'stopped', ...nothing, reason: null },
    ]);
  });

  test.each([
    ['it is opened', (denied: Error) => Promise.reject(denied)],
    ['its cluster is asked', async (denied: Error) => makeTarget('local', () => Promise.reject(denied))],
  ])('calls a project unknown whose folder cannot be read when %s, and tells of the others', async (_, open) => {
    const reason = "EACCES: permission denied, open '/home/me/a/millrace.yaml'";
    const denied = Object.assign(new Error(reason), { code: 'EACCES', errno: -13, syscall: 'open' });
    expect(
      await list({
        a: () => open(denied),
        b: async () => makeTarget('local', async () => STOPPED),
      }),
    ).toEqual([
      { project: 'a', target: null, state: 'unknown', ...nothing, reason },
      { project: 'b', target: 'local', state: 'stopped', ...nothing, reason: null },
    ]);
  });

  test('calls a cluster unknown whose engine does not answer', async () => {
    const unreachable = makeTarget('docker', () => Promise.reject(engineErrors.DOCKER_MISSING()));
    expect(await list({ a: async () => unreachable })).toMatchObject([
      { state: 'unknown', reason: 'There is no `docker` on the PATH' },
    ]);
  });

  test('calls a cluster unknown that is not ours to ask', async () => {
    expect(await list({ a: async () => ({ name: 'remote' }) as unknown as Target })).toMatchObject([
      { state: 'unknown', reason: expect.stringContaining('remote') },
    ]);
  });

  test.each([
    ['opening a project', () => Promise.reject(new TypeError('a bug'))],
    ['asking its cluster', async () => makeTarget('local', () => Promise.reject(new TypeError('a bug')))],
  ])('does not hide a bug met while %s', async (_, open) => {
    expect(await failureOf(list({ a: open }))).toMatchObject({ name: 'TypeError', message: 'a bug' });
  });
});
