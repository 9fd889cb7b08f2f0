import { isAlive } from '../../../../src/project/process-identity.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import type { RunRecord } from '../../../../src/runs/record/run-record.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
import { readRunStatus } from '../../../../src/runs/state/run-state.js';
import { readSupervision, type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { findLostRuns, findRunsLostWithMachine, leaveLost, takeUp } from '../../../../src/runs/submit/lost-runs.js';
import { makeUpTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { DEAD, KILLED, makeSupervision } from '../../../fakes/supervision.js';
import { temporaryFolder } from '../../temporary-folder.js';

const parent = temporaryFolder();
let places = 0;

/** Runs of a project, each submitted a minute after the one before. */
function makePlace() {
  const { target, project } = makeUpTarget(`${parent}/${++places}`);
  const signal = new AbortController().signal;
  const context = { target, project, jobs: { folders: [] }, report: new RecordingReporter(), signal };
  let minute = 0;
  async function leave(run: string, supervision: Partial<Supervision>, record: Partial<RunRecord> = {}) {
    const submittedAt = new Date(Date.UTC(2026, 10, 24, 10, minute++)).toISOString();
    await writeRun(project, makeRunRecord({ run, submittedAt, ...record }));
    await writeSupervision(project, run, makeSupervision(supervision));
  }
  return { target, project, context, leave };
}

const AT = '2026-11-24T10:01:00.000Z';
const beforeBoot = { supervisor: DEAD };
const verdict = (state: 'lost' | 'stopped') => ({ state, exitCode: null, cause: null, at: AT });

describe('runs that were lost with their machine', () => {
  test('are those that nobody has ended: streams can be taken up, batches are only named', async () => {
    const { target, project, leave } = makePlace();
    await leave('cars-1', beforeBoot);
    await leave('queued-1', { ...beforeBoot, phase: 'queued' });
    await leave('train-1', beforeBoot, { kind: 'batch' });
    await leave('stopped-1', { ...beforeBoot, verdict: verdict('stopped') });
    await leave('given-up-1', { ...beforeBoot, verdict: verdict('lost') });
    await leave('killed-1', { supervisor: KILLED });
    await leave('live-1', {});
    await leave('elsewhere-1', beforeBoot, { target: 'docker' });
    expect(await findRunsLostWithMachine(target, project)).toEqual({
      streams: ['queued-1', 'cars-1'],
      batches: ['train-1'],
    });
    expect(await findLostRuns(target, project)).toEqual({
      streams: ['killed-1', 'given-up-1', 'queued-1', 'cars-1'],
      batches: ['train-1'],
    });
  });

  test('are not those that another run of the name has followed', async () => {
    const { target, project, leave } = makePlace();
    await leave('cars-1', beforeBoot);
    await leave('cars-2', { verdict: verdict('stopped') });
    expect(await findRunsLostWithMachine(target, project)).toEqual({ streams: [], batches: [] });
  });

  test('are not those of the original of a copied project', async () => {
    const { target, project, leave } = makePlace();
    await leave('cars-1', { supervisor: { ...DEAD, folder: parent } });
    expect(await readRunStatus(target, project, 'cars-1')).toMatchObject({ state: 'lost' });
    expect(await findLostRuns(target, project)).toEqual({ streams: [], batches: [] });
  });

  test('are named no more once they were left', async () => {
    const { target, project, leave } = makePlace();
    await leave('cars-1', beforeBoot);
    await leaveLost(project, ['cars-1']);
    expect(await findRunsLostWithMachine(target, project)).toEqual({ streams: [], batches: [] });
    expect(await readRunStatus(target, project, 'cars-1')).toEqual({
      state: 'lost',
      exitCode: null,
      note: 'the machine was restarted while it ran',
    });
    expect(await findLostRuns(target, project)).toMatchObject({ streams: ['cars-1'] });
  });
});

describe('takeUp', () => {
  test('goes on with the next one where one is refused, and says why', async () => {
    const { project, context, leave } = makePlace();
    const addresses = { bootstrapServers: 'x', jobBootstrapServers: 'x', master: 'spark://old:1', masterUi: null };
    await leave('moved-1', beforeBoot, { addresses });
    await leave('gone-1', beforeBoot, { command: ['spark-submit', 'gone-1.py'] });
    const { restarted, refused } = await takeUp(context, ['moved-1', 'gone-1']);
    expect(restarted).toEqual([]);
    expect(refused).toMatchObject([
      {
        run: 'moved-1',
        code: 'RESTART_REFUSED',
        reason: expect.stringContaining('made for'),
        hint: expect.any(String),
      },
      { run: 'gone-1', code: 'RESTART_REFUSED', reason: expect.stringContaining('script is not there') },
    ]);
    const supervision = await readSupervision(project, 'moved-1');
    expect(supervision && isAlive(supervision.supervisor)).toBe(false);
  });
});
