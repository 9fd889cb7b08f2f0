import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../../src/project/config.js';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../../../src/project/process-identity.js';
import { findProject } from '../../../../src/project/project-folder.js';
import { establishHome } from '../../../../src/project/project-home.js';
import type { ProvisionOptions } from '../../../../src/provision/provide.js';
import { readLastCluster } from '../../../../src/targets/cluster-file.js';
import { LocalFolders, type LocalState, writeLocalState } from '../../../../src/targets/local/local-state.js';
import { createLocalTarget } from '../../../../src/targets/local/local-target.js';
import { TARGET_NAMES } from '../../../../src/targets/registry/registry.js';
import type { Services } from '../../../../src/targets/target.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const parent = temporaryFolder();
const processes: ChildProcess[] = [];
afterEach(() => processes.splice(0).map((child) => child.kill('SIGKILL')));

async function targetIn(root: string) {
  const project = findProject(root, root);
  const config = await loadConfig(project, {
    env: {},
    flags: { target: 'local', workers: 1, ports: 'auto' },
    targets: TARGET_NAMES,
  });
  const provisioning = { lock: { spark: '4.2.0' }, env: {} } as unknown as ProvisionOptions;
  const target = createLocalTarget({ project, config, env: {}, provisioning });
  return { target, services: target.services as Services };
}

/** A project whose cluster is up, as its files and a process for each service tell. */
async function makeCluster() {
  const root = mkdtempSync(join(parent, 'project, '));
  const folders = new LocalFolders(join(root, '.millrace'));
  const { folder: project } = establishHome(folders.state);
  mkdirSync(folders.services);
  const running = ['broker', 'master', 'worker-1'].map((name) => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    processes.push(child);
    const process = identifyProcess(child.pid ?? -1) as ProcessIdentity;
    const record = { name, port: 1, ui: null, startedAt: 'now', ...process, folder: root };
    writeFileSync(join(folders.services, `${name}.json`), JSON.stringify(record));
    return process;
  });
  const size = { workers: 1, workerCores: 1, workerMemoryMb: 512, isSmall: true };
  const ports = { broker: 1, controller: 2, master: 3, masterUi: 4, workerUis: [5] };
  await writeLocalState(folders, {
    target: 'local',
    project,
    clusterId: 'id',
    isUp: true,
    size,
    ports,
  } as unknown as LocalState);
  return { root, areAlive: () => running.map(isAlive) };
}

const statesOf = async (services: Services) => (await services.status()).map(({ state }) => state);
const signal = new AbortController().signal;
const forgetTopics = () => Promise.reject(new Error('every local cluster has an id of its own'));

describe('the cluster of a copied folder', () => {
  test('is stopped, and its down leaves that of the original alone', async () => {
    const { root, areAlive } = await makeCluster();
    const copy = `${root}-copy`;
    cpSync(root, copy, { recursive: true });
    const { services, target } = await targetIn(copy);
    expect(await services.status()).toMatchObject(
      ['broker', 'master', 'worker-1'].map((name) => ({ name, state: 'stopped', pid: null, address: null })),
    );
    expect(await failureOf(target.kafka())).toMatchObject({ code: 'CLUSTER_NOT_RUNNING' });
    expect(await failureOf(target.scheduler.address())).toMatchObject({ code: 'CLUSTER_NOT_RUNNING' });
    expect(await readLastCluster(join(copy, '.millrace'))).toMatchObject({ target: 'local', isUp: false });
    await services.down({ graceMs: 1_000 });
    expect(await services.purge()).toBe('id');
    expect(areAlive()).toEqual([true, true, true]);
    expect(await statesOf((await targetIn(root)).services)).toEqual(['running', 'running', 'running']);
  });
});

describe('the cluster of a folder that was moved while it ran', () => {
  test('is shown, is not added to, and is stopped by down', async () => {
    const { root, areAlive } = await makeCluster();
    const moved = `${root}-moved`;
    renameSync(root, moved);
    const { services } = await targetIn(moved);
    expect(await statesOf(services)).toEqual(['running', 'running', 'running']);
    expect(await failureOf(services.up({ signal, forgetTopics }))).toMatchObject({
      code: 'MOVED_WHILE_UP',
      exitCode: 3,
      message: `The project was moved while its cluster ran: broker, master, worker-1 still work in ${root}`,
      hint: expect.stringContaining('`millrace cluster down`, then `millrace cluster up`'),
    });
    expect(areAlive()).toEqual([true, true, true]);
    await services.down({ graceMs: 1_000 });
    expect(areAlive()).toEqual([false, false, false]);
    expect(await statesOf(services)).toEqual(['stopped', 'stopped', 'stopped']);
  });
});
