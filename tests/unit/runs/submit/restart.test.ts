import { isAlive } from '../../../../src/project/process-identity.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { readAddresses } from '../../../../src/runs/record/run-addresses.js';
import { readRun } from '../../../../src/runs/record/run-record.js';
import { readRunStatus } from '../../../../src/runs/state/run-state.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { restartRun } from '../../../../src/runs/submit/restart.js';
import type { RunContext } from '../../../../src/runs/submit/run-context.js';
import { keepSupervised } from '../../../../src/runs/supervise/keep-supervised.js';
import { stopRun } from '../../../../src/runs/supervise/stop.js';
import { LocalFolders, type LocalState, writeLocalState } from '../../../../src/targets/local/local-state.js';
import { withMaster } from '../../../fakes/folder-target.js';
import { DEAD, makeSupervision } from '../../../fakes/supervision.js';
import { failureOf } from '../../failure-of.js';
import { waitUntil } from '../../wait-until.js';
import { StandInMaster } from '../stand-in-master.js';
import { makeSupervisedPlace } from '../supervise/supervised-place.js';

const place = makeSupervisedPlace();
const { target, project, submit, supervise, superviseElsewhere, seen, read, put, starts, started } = place;
const signal = new AbortController().signal;
const context: RunContext = { target, project, jobs: { folders: [] }, report: new RecordingReporter(), signal };

describe('restartRun refuses', () => {
  test('a batch, which has no checkpoint', async () => {
    await submit('batch-1', 'exit 0', { kind: 'batch', job: 'train-car-price' });
    expect(await failureOf(restartRun(context, 'batch-1'))).toMatchObject({
      code: 'RESTART_REFUSED',
      exitCode: 2,
      message: 'The run batch-1 cannot be started again: a batch has no checkpoint to go on from',
      hint: 'Run its command again: `millrace submit train-car-price --name batch`.',
    });
  });

  test.each([
    ['a job', { job: 'windowed-news', script: null }, '`millrace submit windowed-news --name moved`'],
    [
      'a script',
      { kind: 'batch' as const, job: 'moved', script: '/home/ada/mine.py' },
      '`millrace submit /home/ada/mine.py`',
    ],
  ])('%s whose cluster has moved, before anything is stopped', async (_, some, again) => {
    const addresses = { ...(await readAddresses(target)), master: 'spark://127.0.0.1:7077' };
    await submit('moved-1', 'while [ ! -e "$0/stop" ]; do sleep 0.05; done', { ...some, addresses });
    const { end } = supervise('moved-1');
    await started('moved-1', (await starts('moved-1')) + 1);
    expect(await failureOf(restartRun(context, 'moved-1'))).toMatchObject({
      message: expect.stringMatching(/made for spark:\/\/127.0.0.1:7077, and that is spark:\/\/127.0.0.1:2 now$/),
      hint: `Take ${again} instead.`,
    });
    expect(await read('moved-1', 'stop')).toBeUndefined();
    await stopRun(target, project, 'moved-1');
    await end;
    await target.data.remove('runs/moved-1');
  });

  test('one whose script is gone, as in the empty volumes of a copied project', async () => {
    await submit('scriptless-1', 'exit 0', { command: ['spark-submit', 'scriptless-1.py'] });
    expect(await failureOf(restartRun(context, 'scriptless-1'))).toMatchObject({
      message: 'The run scriptless-1 cannot be started again: its script is not there any more',
      hint: 'Take `millrace submit windowed-cars --name scriptless` instead.',
    });
  });

  test('one while a newer run of the same name lives', async () => {
    await submit('twice-1', 'exit 0');
    await submit('twice-2', 'exit 0', { phase: 'pausing' });
    await writeSupervision(project, 'twice-2', makeSupervision({ phase: 'pausing' }));
    expect(await failureOf(restartRun(context, 'twice-1'))).toMatchObject({ code: 'RUN_LIVE', run: 'twice-2' });
    await writeSupervision(project, 'twice-2', makeSupervision({ supervisor: DEAD }));
  });

  test('one that the cluster is too small for, which stays as it ended', async () => {
    const master = new StandInMaster();
    master.workers = [];
    const full = { ...context, target: withMaster(target, await master.serve()) };
    await submit('full-1', 'exit 0', { trigger: 'available-now' });
    await supervise('full-1').end;
    await put('full-1', 'stop');
    const before = await seen('full-1');
    expect(await failureOf(restartRun(full, 'full-1'))).toMatchObject({ code: 'ROOM_MISSING' });
    expect(await seen('full-1')).toEqual(before);
    expect(await read('full-1', 'stop')).toBe('');
  });

  test('a run that is not there', async () => {
    expect(await failureOf(restartRun(context, 'nope-1'))).toMatchObject({ code: 'RUN_MISSING' });
  });
});

describe('with real supervisors', () => {
  afterEach(async () => {
    const { supervisor } = await seen('real-1');
    if (supervisor.pid !== process.pid && isAlive(supervisor)) process.kill(supervisor.pid, 'SIGKILL');
  });

  /** What `cluster up` leaves of a local cluster, whose master is a stand-in. */
  async function pretendClusterIsUp(): Promise<void> {
    const masterUi = Number(new URL(await new StandInMaster().serve()).port);
    const state: LocalState = {
      target: 'local',
      clusterId: 'stand-in',
      isUp: true,
      ports: { broker: 1, controller: 4, master: 2, masterUi, workerUis: [] },
      hasAutoPorts: false,
      size: { workers: 1, workerCores: 2, workerMemoryMb: 2048, isSmall: true },
      java: { binary: '/java/bin/java', home: '/java' },
      artifacts: {
        python: '/venv/bin/python',
        sparkHome: '/spark',
        brokerJars: '/broker',
        connectorJars: [],
        versions: { spark: '4.2.0', kafka: '4.4.0', scala: '2.13' },
      },
    };
    await writeLocalState(new LocalFolders(project.state), state);
    Object.assign(target, withMaster(target, `http://127.0.0.1:${masterUi}`));
  }

  test('a run whose supervisor was killed gets another one, and goes on from where it was after a restart', async () => {
    await pretendClusterIsUp();
    const script = 'echo "log $$"; while [ ! -e "$0/stop" ]; do sleep 0.05; done';
    await submit('real-1', script, { addresses: await readAddresses(target) });
    const killed = await superviseElsewhere('real-1');
    await started('real-1');
    await put('real-1', 'application.json', '{"id":"app-1","ui":null,"settled":true}');
    await put('real-1', 'open-windows.json', '{}');
    killed.kill('SIGKILL');
    await waitUntil(async () => !isAlive((await seen('real-1')).supervisor));

    await keepSupervised(target, project, [await readRun(project, 'local', 'real-1')]);
    const { supervisor: kept } = await seen('real-1');
    expect(isAlive(kept)).toBe(true);
    expect([kept.pid === killed.pid, kept.pid === process.pid, await starts('real-1')]).toEqual([false, false, 1]);

    const restarted = await restartRun(context, 'real');
    expect(restarted).toEqual({
      run: 'real-1',
      state: expect.stringMatching('starting|running'),
      exitCode: null,
      note: null,
    });
    await started('real-1', 2);
    expect(isAlive(kept)).toBe(false);
    const after = await seen('real-1');
    expect(after).toMatchObject({ countedFrom: 1, verdict: null });
    expect(after.attempts.map(({ number, exitCode }) => [number, exitCode])).toEqual([
      [1, 0],
      [2, null],
    ]);
    expect(await read('real-1', 'attempts/1/driver.log')).toMatch(/^log \d+\n$/);
    expect(await read('real-1', 'application.json')).toBeUndefined();
    expect(await read('real-1', 'open-windows.json')).toBeUndefined();
    expect(await read('real-1', 'attempts/1/exit.json')).toContain('"exitCode": 0,');

    expect(await stopRun(target, project, 'real-1')).toMatchObject({ state: 'stopped' });
    await waitUntil(() => !isAlive(after.supervisor));
    expect(await read('real-1', 'attempts/2/driver.log')).toBeUndefined();
    const { state, exitCode } = await readRunStatus(target, project, 'real-1');
    expect(state).toBe('stopped');
    expect([0, 143]).toContain(exitCode); // it looks for the marker every 50 ms, and may see it before the signal comes
  });
});
