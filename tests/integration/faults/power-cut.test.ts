import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sendSignal } from '../../../src/targets/send-signal.js';
import { cli, cliJson, parseLines } from '../cli.js';
import { readLatest } from '../kafka.js';
import { findRun, listed } from '../runs.js';
import { sharedProject } from '../shared-cluster/project.js';
import { pathForJobs } from '../target-data.js';
import { until } from '../until.js';
import { inBatch, pidOfService, pidsOfExecutors, pidsOfRun } from './injuries.js';

/**
 * A machine that loses its power under a stream, and comes back. All its processes are killed, their records are given another boot
 * of the machine, and what Spark wrote last is emptied, as a file system leaves files that were never synced. At the end the results
 * must be those of the records.
 */
const project = sharedProject();
const SERVICES = ['broker', 'master', 'worker-1', 'worker-2'];
const BACK_WITHIN_MS = 420_000;
const QUERY = 'checkpoints/cut/1/topic';
const run = 'cut-1';

interface Up {
  readonly runs: { readonly restarted: readonly string[]; readonly lost: readonly string[] };
}

interface Shown {
  readonly attempts: ReadonlyArray<{ cause: { code: string; cure: string | null } | null }>;
}

interface Repaired {
  readonly queries: ReadonlyArray<{ query: string; torn: string[]; takenAway: string[]; again: number | null }>;
}

async function seed(): Promise<number> {
  const { published } = await cliJson<{ published: number }>(['seed', 'cars', '--topic', 'cut-cars', '--append'], {
    project,
  });
  return published;
}

/** All at once, and the services last: a supervisor that still lives would start the driver again. */
async function killAll(): Promise<void> {
  const { supervisor, wrapper, driver } = await pidsOfRun(run);
  const services = await Promise.all(SERVICES.map(pidOfService));
  for (const pid of [supervisor, wrapper, driver, ...services, ...pidsOfExecutors()]) sendSignal(pid, 'SIGKILL');
}

/** The boot's id stands before the colon of a start time. */
async function haveAnotherBoot(): Promise<void> {
  for (const file of [
    join(project, '.millrace', 'runs', run, 'supervision.json'),
    pathForJobs(`runs/${run}/driver.json`),
  ]) {
    const text = await readFile(file, 'utf8');
    const changed = text.replace(/("startTime": ?")[^:"]+:/, '$100000000-0000-4000-8000-000000000000:');
    expect(changed).not.toBe(text);
    await writeFile(file, changed);
  }
}

async function newest(log: 'offsets' | 'commits'): Promise<number> {
  const names = await readdir(pathForJobs(`${QUERY}/${log}`));
  return Math.max(...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

/** Of the last two batches: offsets that are empty, and a delta of the state that is cut. Checksums are gone. */
async function tearTheEnd(): Promise<number> {
  const last = await newest('offsets');
  const state = pathForJobs(`${QUERY}/state/0/0`);
  await truncate(pathForJobs(`${QUERY}/offsets/${last}`), 0);
  await rm(pathForJobs(`${QUERY}/offsets/.${last}.crc`), { force: true });
  await truncate(join(state, `${last}.delta`), 30);
  await rm(join(state, `.${last}.delta.crc`), { force: true });
  return last;
}

let records = 0;
let last = 0;

beforeAll(async () => {
  await cliJson(['topic', 'create', 'cut-cars'], { project });
  records += await seed();
  const settings = ['--set', 'input=cut-cars', '--set', 'output=cut-windows', '--set', 'window=10s', '--name', 'cut'];
  expect(await cliJson(['submit', 'windowed-cars', ...settings], { project })).toMatchObject({ run, state: 'running' });
});

afterAll(async () => {
  await cli(['runs', 'stop', run], { project });
});

describe('after a power cut', () => {
  test('the list says that the run is lost with its machine', async () => {
    records += await seed();
    await inBatch('cut');
    await killAll();
    await haveAnotherBoot();
    last = await tearTheEnd();
    expect(last).toBeGreaterThan(1);
    expect(await findRun(run)).toMatchObject({ state: 'lost', note: 'the machine was restarted while it ran' });
  });

  test('`cluster up` names the stream where nobody can answer, and takes it up on --resume-runs', async () => {
    const { stdout, stderr } = await cli(['--json', 'cluster', 'up'], { project });
    expect((JSON.parse(stdout) as Up).runs).toMatchObject({ restarted: [], lost: [run] });
    const [{ warning = '' } = {}] = parseLines<{ warning?: string }>(stderr);
    expect(warning).toContain(run);
    expect(warning).toContain('`millrace runs restart --all`');
    const { runs } = await cliJson<Up>(['cluster', 'up', '--resume-runs'], { project });
    expect(runs).toMatchObject({ restarted: [run], lost: [] });
  });

  test('the torn checkpoint is a cause of its own, for which nothing is started again', async () => {
    await listed(run, ({ state }) => state === 'failed', BACK_WITHIN_MS);
    const { attempts } = await cliJson<Shown>(['runs', 'show', run], { project });
    expect(attempts).toHaveLength(2);
    expect(attempts[1]?.cause).toMatchObject({
      code: 'checkpoint-torn',
      cure: expect.stringContaining('`millrace runs repair cut`'),
    });
  });

  test('`runs repair` asks, then puts the torn end aside', async () => {
    expect(await cli(['runs', 'repair', 'cut'], { project })).toMatchObject({ exitCode: 2 });
    const { queries } = await cliJson<Repaired>(['runs', 'repair', 'cut', '--yes'], { project });
    expect(queries).toMatchObject([{ query: 'topic', again: last - 1 }]);
    expect(queries[0]?.torn.sort()).toEqual([`offsets/${last}`, `state/0/0/${last}.delta`].sort());
    expect(await cliJson(['runs', 'repair', 'cut'], { project })).toMatchObject({ queries: [], kept: null });
  });

  test('the stream goes on, and has counted each record once', async () => {
    await cliJson(['runs', 'restart', 'cut'], { project });
    await listed(run, ({ state }) => state === 'running', BACK_WITHIN_MS);
    records += await seed();
    await until(async () => (await countedIn('cut-windows')) === records, BACK_WITHIN_MS, 1_000);
  });
});

async function countedIn(topic: string): Promise<number> {
  const windows = await readLatest<{ count: number }>(topic);
  return [...windows.values()].reduce((sum, { count }) => sum + count, 0);
}
