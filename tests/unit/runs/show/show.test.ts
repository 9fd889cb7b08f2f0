import { identifyProcess } from '../../../../src/project/process-identity.js';
import { listRuns } from '../../../../src/runs/list/list.js';
import { type RunRecord, writeRun } from '../../../../src/runs/record/run-record.js';
import { showRun, watchRun } from '../../../../src/runs/show/show.js';
import { type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { missingService } from '../../../../src/runs/supervise/missing-service.js';
import type { Services, Target } from '../../../../src/targets/target.js';
import { makeFolderTarget, makeUpTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { makeAttempt, makeSupervision } from '../../../fakes/supervision.js';
import { failureOf } from '../../failure-of.js';
import { closedPage } from '../../spark/serve-page.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { StandInMaster } from '../stand-in-master.js';

const root = temporaryFolder();
const { target: down, project } = makeFolderTarget(root);
const at = '2026-11-24T10:01:00.000Z';
const batch = {
  name: 'topic',
  batchId: 4,
  timestamp: at,
  numInputRows: 30,
  sources: [{ endOffset: { cars: { 0: 30 } } }],
};

const upTarget = async (some: Partial<StandInMaster> = {}): Promise<Target> =>
  makeUpTarget(root, await Object.assign(new StandInMaster(), some).serve()).target;

async function leave(run: string, supervision: Partial<Supervision>, record: Partial<RunRecord> = {}): Promise<void> {
  await writeRun(project, makeRunRecord({ run, ...record }));
  await writeSupervision(project, run, makeSupervision({ attempts: [makeAttempt()], ...supervision }));
  await down.data.put(`runs/${run}/progress.ndjson`, `${JSON.stringify(batch)}\n`);
}

/** A stream with a driver that is alive: this process. */
async function leaveRunning(run: string): Promise<void> {
  await leave(run, {}, { submittedAt: '2026-11-24T10:02:00.000Z' });
  await down.data.put(`runs/${run}/driver.json`, JSON.stringify({ ...identifyProcess(process.pid), wrapper: 2 ** 30 }));
  await down.data.put(`runs/${run}/application.json`, '{"id":"app-1","ui":"http://127.0.0.1:4040","settled":true}');
}

const cause = { code: 'disk-full', words: 'the disk is full', isTransient: true, cure: 'Make room.' } as const;

beforeAll(async () => {
  await leave('old-1', {
    attempts: [makeAttempt({ endedAt: at, exitCode: 1, cause })],
    verdict: { state: 'failed', exitCode: 1, cause, at },
  });
  await leave('elsewhere-1', {}, { target: 'docker' });
  await leaveRunning('cars-1');
});

describe('listRuns', () => {
  test('gives the runs of this target, the newest first, with the cores of the cluster', async () => {
    const target = await upTarget({ workers: [{ used: 1 }, { cores: 4 }, { state: 'DEAD' }] });
    const { page } = await target.scheduler.address();
    expect(await listRuns(target, project)).toEqual({
      runs: [
        {
          run: 'cars-1',
          job: 'windowed-cars',
          state: 'running',
          exitCode: null,
          note: null,
          submittedAt: '2026-11-24T10:02:00.000Z',
          endedAt: null,
          attempts: 1,
          cores: 1,
          figures: expect.objectContaining({ query: 'topic', batchId: 4, lag: null }),
          idleSide: null,
        },
        {
          run: 'old-1',
          job: 'windowed-cars',
          state: 'failed',
          exitCode: 1,
          note: 'the disk is full',
          submittedAt: '2026-11-24T10:00:00.000Z',
          endedAt: at,
          attempts: 1,
          cores: 1,
          figures: null,
          idleSide: null,
        },
      ],
      cores: { used: 1, total: 6 },
      ui: page,
      isBrokerThere: false,
    });
  });

  test('lists the runs while no cluster runs', async () => {
    const { runs, cores, ui } = await listRuns(down, project);
    expect(runs.map(({ run, state }) => `${run} ${state}`)).toEqual(['cars-1 running', 'old-1 failed']);
    expect([cores, ui]).toEqual([null, null]);
  });

  test('says at a run that its figures cannot be read, and lists the others', async () => {
    const data: Target['data'] = Object.assign(Object.create(down.data), {
      tail: () => Promise.reject(new Error('EIO: i/o error')),
    });
    const { runs } = await listRuns({ ...down, data }, project);
    expect(runs).toMatchObject([
      { run: 'cars-1', state: 'running', note: 'its figures cannot be read: EIO: i/o error', figures: null },
      { run: 'old-1', state: 'failed', note: 'the disk is full' },
    ]);
  });

  test('does not ask a broker about runs that have ended, and is empty for an empty project', async () => {
    const { target, project: empty } = makeUpTarget(`${root}/empty`, await closedPage());
    expect(await listRuns(target, empty)).toEqual({ runs: [], cores: null, ui: null, isBrokerThere: true });
  });
});

describe('showRun', () => {
  test('adds to the record what is true now', async () => {
    expect(await showRun(await upTarget(), project, 'cars')).toEqual({
      ...makeRunRecord({ run: 'cars-1', submittedAt: '2026-11-24T10:02:00.000Z' }),
      state: 'running',
      exitCode: null,
      note: null,
      endedAt: null,
      attempts: [makeAttempt()],
      queries: [expect.objectContaining({ query: 'topic', batchId: 4, lag: null })],
      summary: {
        batches: 1,
        rowsRead: 30,
        deadLetters: 0,
        droppedAsLate: 0,
        openWindows: null,
        idleSide: null,
        script: down.src.describe('cars-1.py'),
      },
      ui: 'http://127.0.0.1:4040',
      log: down.data.describe('runs/cars-1/driver.log'),
    });
  });

  test('keeps the figures and the cause of one that has ended, and has no page for it', async () => {
    expect(await showRun(down, project, 'old-1')).toMatchObject({
      state: 'failed',
      note: 'the disk is full',
      endedAt: at,
      attempts: [{ exitCode: 1, cause: { code: 'disk-full' } }],
      queries: [{ batchId: 4 }],
      ui: null,
    });
  });

  test.each([
    ['elsewhere-1', 'RUN_ELSEWHERE'],
    ['nope-1', 'RUN_MISSING'],
  ])('does not know %s here', async (run, code) => {
    expect(await failureOf(showRun(down, project, run))).toMatchObject({ code });
  });
});

describe('watchRun', () => {
  test('looks again until the run has ended', async () => {
    await leaveRunning('watched-1');
    const states: string[] = [];
    for await (const { state } of watchRun(down, project, 'watched-1', new AbortController().signal)) {
      states.push(state);
      if (states.length === 2)
        await leave('watched-1', { verdict: { state: 'stopped', exitCode: 0, cause: null, at } });
    }
    expect(states).toEqual(['running', 'running', 'stopped']);
  });

  test('ends at once with an abort', async () => {
    const controller = new AbortController();
    const states: string[] = [];
    for await (const { state } of watchRun(down, project, 'cars-1', controller.signal)) {
      states.push(state);
      setTimeout(() => controller.abort(), 20);
    }
    expect(states).toEqual(['running']);
  });
});

describe('missingService', () => {
  test.each<[string, () => Promise<Target>, RegExp]>([
    [
      'the master',
      async () => makeUpTarget(root, await closedPage()).target,
      /^the Spark master at spark:\/\/127.0.0.1:2; /,
    ],
    ['the broker', upTarget, /^the broker at 127.0.0.1:1; /],
    [
      'the place where drivers run',
      async () => {
        const target = await upTarget();
        target.drivers.canBeAlive = async () => false;
        return target;
      },
      /^the place where drivers run; /,
    ],
  ])('names %s, and the command that starts it where the cluster is ours', async (_, make, words) => {
    const target = await make();
    const ours = { ...target, services: {} as Services };
    expect(await missingService(ours)).toMatch(words);
    expect(await missingService(ours)).toMatch(/; `millrace cluster up` starts it again$/);
    expect(await missingService(target)).not.toContain('cluster up');
  });

  test('tells a cluster that was taken down from one that was killed', async () => {
    expect(await failureOf(missingService(down))).toMatchObject({ code: 'CLUSTER_NOT_RUNNING' });
  });
});
