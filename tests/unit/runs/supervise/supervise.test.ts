import { identifyProcess, waitForEnd } from '../../../../src/project/process-identity.js';
import { readRunStatus } from '../../../../src/runs/state/run-state.js';
import type { Supervision } from '../../../../src/runs/state/supervision.js';
import { ClusterNotRunningError, targetErrors } from '../../../../src/targets/target-errors.js';
import { withMaster } from '../../../fakes/folder-target.js';
import { makeAttempt } from '../../../fakes/supervision.js';
import { closedPage } from '../../spark/serve-page.js';
import { waitUntil } from '../../wait-until.js';
import { StandInMaster } from '../stand-in-master.js';
import { makeSupervisedPlace, QUICK_TIMING } from './supervised-place.js';

const place = makeSupervisedPlace();
const { root, target, project, submit, supervise, superviseElsewhere, seen, read, put, starts, isRunning, started } =
  place;

const driverOf = async (run: string) =>
  JSON.parse((await read(run, 'driver.json')) ?? '{}') as { pid: number; wrapper: number };
const noteHolds = (run: string, text: string) =>
  waitUntil(async () => ((await readRunStatus(target, project, run)).note ?? '').includes(text));

const MASTER_GONE = 'echo "SparkException: Master removed our application: FAILED"';
const UNTIL_STOPPED = 'while [ ! -e "$0/stop" ]; do sleep 0.05; done';
/** A pause before a restart that is long enough to be seen. */
const timing = { ...QUICK_TIMING, pauseTimes: 1 };
const isTry = (number: number) => `[ "$(wc -l <"$0/starts")" -eq ${number} ]`;

describe('superviseRun', () => {
  test('starts a driver again until it succeeds, and keeps what the earlier ones left', async () => {
    const script = `echo "log $$"; ${isTry(1)} && { ${MASTER_GONE}; exit 11; }; ${isTry(2)} && kill -KILL $$; exit 0`;
    await submit('a-1', script, { kind: 'batch' });
    const { verdict, attempts } = (await supervise('a-1').end) as Supervision;
    expect(verdict).toMatchObject({ state: 'succeeded', exitCode: 0, cause: null });
    expect(attempts).toMatchObject([
      { number: 1, exitCode: 11, cause: { code: 'master-gone' } },
      { number: 2, exitCode: 137, cause: { code: 'killed' } },
      { number: 3, exitCode: 0, cause: null },
    ]);
    const pids = ((await read('a-1', 'starts')) ?? '').trim().split('\n');
    for (const [index, exitCode] of [11, 137].entries()) {
      const folder = `attempts/${index + 1}`;
      expect(await read('a-1', `${folder}/driver.log`)).toMatch(new RegExp(`^log ${pids[index]}$`, 'm'));
      expect(await read('a-1', `${folder}/exit.json`)).toContain(`"exitCode": ${exitCode},`);
      expect(await read('a-1', `${folder}/driver.json`)).toContain(`"pid": ${pids[index]},`);
    }
    expect(await read('a-1', 'driver.log')).toBe(`log ${pids[2]}\n`);
    expect(await readRunStatus(target, project, 'a-1')).toEqual({ state: 'succeeded', exitCode: 0, note: null });
  });

  test('keeps the parts of a long log with it, and the files of the newest 20 attempts', async () => {
    const ended = { endedAt: '2026-11-24T10:00:01.000Z', exitCode: 1 };
    const attempts = Array.from({ length: 25 }, (_, index) => makeAttempt({ number: index + 1, ...ended }));
    const script = `echo part >"$0/driver.1.log"; ${isTry(1)} && { ${MASTER_GONE}; exit 11; }; exit 0`;
    await submit('a-0', script, { kind: 'batch', attempts, countedFrom: 25 });
    for (const number of [5, 6, 7]) await put('a-0', `attempts/${number}/driver.log`, 'old\n');
    await supervise('a-0').end;
    expect(await target.data.list('runs/a-0/attempts')).toEqual(['26', '7']);
    expect(await target.data.list('runs/a-0/attempts/26')).toEqual(
      expect.arrayContaining(['driver.1.log', 'driver.log']),
    );
  });

  test('gives up with the last exit code once all restarts are used, counted since somebody started it again', async () => {
    const before = { endedAt: '2026-11-24T10:00:01.000Z', exitCode: 1 };
    const attempts = [makeAttempt({ number: 1, ...before }), makeAttempt({ number: 2, ...before })];
    const script = `echo "ValueError: bad"; ${isTry(1)} && exit 3; exit 7`;
    await submit('a-2', script, { restarts: 1, attempts, countedFrom: 2 });
    await put('a-2', 'progress.ndjson', '{"name":"topic","batchId":0,"numInputRows":3}\n');
    const { verdict, attempts: all } = (await supervise('a-2').end) as Supervision;
    expect(verdict).toMatchObject({ state: 'failed', exitCode: 7, cause: { code: 'other', words: 'ValueError: bad' } });
    expect(all.map(({ exitCode }) => exitCode)).toEqual([1, 1, 3, 7]);
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  test('does not restart a driver that failed before any work', async () => {
    await submit('a-3', 'echo "ValueError: bad"; exit 4');
    expect(((await supervise('a-3').end) as Supervision).verdict).toMatchObject({ state: 'failed', exitCode: 4 });
    expect(await starts('a-3')).toBe(1);
  });

  test('starts again an endless stream that ended with 0, and not one that read what was there', async () => {
    await submit('a-4', 'exit 0', { restarts: 1 });
    await submit('a-5', 'exit 0', { trigger: 'available-now' });
    const [endless, bounded] = (await Promise.all([supervise('a-4').end, supervise('a-5').end])) as Supervision[];
    expect(endless?.verdict).toMatchObject({ state: 'failed', exitCode: 0, cause: { code: 'ended-unasked' } });
    expect(bounded?.verdict).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect([await starts('a-4'), await starts('a-5')]).toEqual([2, 1]);
  });

  test.each([
    ['killed', 'b-1', async ({ pid }: { pid: number }) => process.kill(pid, 'SIGKILL'), 137],
    [
      'killed together with its wrapper',
      'b-2',
      async ({ pid, wrapper }: { pid: number; wrapper: number }) =>
        [wrapper, pid].map((id) => process.kill(id, 'SIGKILL')),
      null,
    ],
    [
      'ended by a SIGTERM that nobody asked for',
      'b-3',
      ({ pid }: { pid: number }) => process.kill(pid, 'SIGTERM'),
      143,
    ],
  ])('starts again a driver that was %s', async (_, run, end, exitCode) => {
    await submit(run, `${isTry(1)} && exec sleep 60; ${UNTIL_STOPPED}`);
    const { end: ended } = supervise(run);
    await started(run);
    await end(await driverOf(run));
    await started(run, 2);
    await put(run, 'stop');
    const { verdict, attempts } = (await ended) as Supervision;
    expect(attempts.map((attempt) => attempt.exitCode)).toEqual([exitCode, 0]);
    expect(verdict).toMatchObject({ state: 'stopped', exitCode: 0, cause: null });
  });

  test.each<[string, string, () => Promise<never>, string]>([
    [
      'cannot be launched',
      'b-4',
      () => Promise.reject(targetErrors.SERVICE_FAILED({ service: 'driver', reason: 'fell over' })),
      'The driver fell over',
    ],
    [
      'has no cluster',
      'b-5',
      () => Promise.reject(new ClusterNotRunningError(root)),
      'No cluster runs for the project',
    ],
  ])('has failed where a driver %s', async (_, run, launch, words) => {
    await submit(run, 'exit 0');
    const drivers = Object.assign(Object.create(target.drivers), { launch });
    const { verdict } = (await supervise(run, { target: { ...target, drivers } }).end) as Supervision;
    expect(verdict).toMatchObject({ state: 'failed', exitCode: null, cause: { code: 'not-launched' } });
    expect(await readRunStatus(target, project, run)).toMatchObject({ note: expect.stringContaining(words) });
  });

  test('does not take the end of a run that had nothing to read for the end of its first driver', async () => {
    await submit('b-7', 'sleep 1; exit 3', { kind: 'batch', restarts: 0 });
    await put('b-7', 'exit.json', '{"exitCode":0,"endedAt":"2026-11-24T10:00:00.000Z"}');
    const { verdict } = (await supervise('b-7').end) as Supervision;
    expect(verdict).toMatchObject({ state: 'failed', exitCode: 3 });
  });

  test('leaves a run that has its verdict as it is', async () => {
    await submit('b-6', 'exit 0', { trigger: 'available-now' });
    await supervise('b-6').end;
    const before = await seen('b-6');
    expect(await supervise('b-6').end).toEqual(before);
    expect(await starts('b-6')).toBe(1);
  });
});

describe('while a run waits for its restart', () => {
  const failing = (run: string) => submit(run, `${MASTER_GONE}; exit 1`);
  const pausing = (run: string) => noteHolds(run, 'restart 1 of 5: the Spark master went away');

  test('a stop ends it', async () => {
    await failing('c-1');
    const { end } = supervise('c-1', { timing: { ...timing, pauseTimes: 30 } });
    await pausing('c-1');
    expect(await readRunStatus(target, project, 'c-1')).toMatchObject({ state: 'starting', exitCode: null });
    await put('c-1', 'stop');
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'stopped', exitCode: 1, cause: null });
    expect(await starts('c-1')).toBe(1);
  });

  test('a cluster that is taken down ends it', async () => {
    await failing('c-2');
    const { end } = supervise('c-2', { missing: () => Promise.reject(new ClusterNotRunningError(root)) });
    const words = 'the Spark master went away, and the cluster was taken down';
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'failed', exitCode: 1, cause: { words } });
  });

  test('it says which service it waits for, and goes on when that is back', async () => {
    await submit('c-3', `${isTry(1)} && { ${MASTER_GONE}; exit 1; }; exit 0`, { kind: 'batch' });
    let missing: string | undefined = 'the broker at 127.0.0.1:1';
    const { end } = supervise('c-3', { missing: async () => missing });
    await noteHolds('c-3', 'restart 1 of 5: the Spark master went away; waits for the broker at 127.0.0.1:1');
    expect(await starts('c-3')).toBe(1);
    missing = undefined;
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'succeeded', exitCode: 0 });
  });

  test('a stop ends the waiting for a service too', async () => {
    await failing('c-4');
    const { end } = supervise('c-4', { missing: async () => 'the broker' });
    await noteHolds('c-4', 'waits for the broker');
    await put('c-4', 'stop');
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'stopped', cause: null });
  });
});

describe('a queued run', () => {
  test('begins when its cores are free', async () => {
    const master = new StandInMaster();
    master.workers = [{ cores: 2, used: 2 }];
    master.applications = [{ name: 'other-1', cores: 2 }];
    const on = withMaster(target, await master.serve());
    await submit('d-1', 'exit 0', { kind: 'batch', phase: 'queued' });
    const { end } = supervise('d-1', { target: on });
    await noteHolds('d-1', 'waits for 1 core with 512m: 0 of 2 are free: other-1 holds 2');
    expect(await readRunStatus(target, project, 'd-1')).toMatchObject({ state: 'queued' });
    expect(await read('d-1', 'starts')).toBeUndefined();
    master.workers = [{}];
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'succeeded' });
  });

  test('is ended by a stop, and no driver was started', async () => {
    const on = withMaster(target, await closedPage());
    await submit('d-2', 'exit 0', { phase: 'queued' });
    const { end } = supervise('d-2', { target: on });
    await noteHolds('d-2', 'the Spark master does not answer');
    await put('d-2', 'stop');
    expect(await end).toMatchObject({ attempts: [], verdict: { state: 'stopped', exitCode: null, cause: null } });
    expect(await read('d-2', 'starts')).toBeUndefined();
  });
});

describe('a supervisor', () => {
  test('is the only one, and another one takes its driver over once it was killed', async () => {
    await submit('e-1', UNTIL_STOPPED);
    const first = await superviseElsewhere('e-1');
    await started('e-1');
    expect(await supervise('e-1').end).toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(`${first.pid}`),
    });
    const identity = identifyProcess(first.pid as number);
    first.kill('SIGKILL');
    expect(identity && (await waitForEnd(identity, 5_000))).toBe(true);
    expect(await isRunning('e-1')).toBe(true);
    const { end } = supervise('e-1');
    await waitUntil(async () => (await seen('e-1')).supervisor.pid === process.pid);
    await put('e-1', 'stop');
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'stopped', exitCode: 0 });
    expect(await starts('e-1')).toBe(1);
    expect((await seen('e-1')).attempts).toHaveLength(1);
  });

  test('lets the driver live when it is ended', async () => {
    await submit('e-2', 'while [ ! -e "$0/go" ]; do sleep 0.05; done; exit 0', { kind: 'batch' });
    const first = supervise('e-2');
    await started('e-2');
    first.abort();
    expect(await first.end).toMatchObject({ name: 'AbortError' });
    expect(await isRunning('e-2')).toBe(true);
    const { end } = supervise('e-2');
    await put('e-2', 'go');
    expect(((await end) as Supervision).verdict).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(await starts('e-2')).toBe(1);
  });

  test('learns the end of a driver that ended while nobody looked', async () => {
    await submit('e-3', 'exit 5', { kind: 'batch', restarts: 0 });
    const first = supervise('e-3');
    await waitUntil(
      async () => (await seen('e-3')).attempts.length === 1 && (await target.drivers.find('e-3')).state === 'ended',
    );
    first.abort();
    await first.end;
    expect(((await supervise('e-3').end) as Supervision).verdict).toMatchObject({ state: 'failed', exitCode: 5 });
    expect(await starts('e-3')).toBe(1);
  });

  test('says what the master knows: the application, that it is registered, and that it waits for executors', async () => {
    const master = new StandInMaster();
    master.workers = [{ cores: 2, used: 2 }];
    master.applications = [
      { id: 'app-20261124150806-0000', name: 'other-1', cores: 2 },
      { id: 'app-20261124150807-0001', name: 'a name of its own', cores: 0 },
    ];
    const on = withMaster(target, await master.serve());
    const says = 'INFO StandaloneSchedulerBackend: Connected to Spark cluster with app ID app-20261124150807-0001';
    await submit('e-4', `echo "${says}"; ${UNTIL_STOPPED}`, { script: '/home/ada/mine.py' });
    const { end } = supervise('e-4', { target: on });
    await noteHolds('e-4', 'waits for executors: it needs 1 core with 512m, and 0 of 2 are free: other-1 holds 2');
    expect(await seen('e-4')).toMatchObject({
      phase: 'watching',
      attempts: [{ application: 'app-20261124150807-0001' }],
    });
    expect(await readRunStatus(target, project, 'e-4')).toMatchObject({ state: 'running' });
    master.applications = [{ id: 'app-20261124150807-0001', name: 'a name of its own', cores: 1 }];
    await waitUntil(async () => (await seen('e-4')).note === null);
    await put('e-4', 'stop');
    await end;
  });

  test('says that it waits for executors even if the scheduler does not tell its cores', async () => {
    const applications = [{ id: 'app-1', name: 'e-5', cores: 0 }];
    const look = async () => ({ page: null, nodes: 'not told' as const, applications });
    const scheduler = Object.assign(Object.create(target.scheduler), { look });
    await submit('e-5', UNTIL_STOPPED);
    const { end } = supervise('e-5', { target: { ...target, scheduler } });
    await waitUntil(async () => (await seen('e-5')).note === 'waits for executors: it needs 1 core with 512m');
    await put('e-5', 'stop');
    await end;
  });
});

describe('an engine that does not answer for a while', () => {
  /** A target whose files and drivers can stop answering, as those of a container engine that is restarted. */
  function makeShaky() {
    const engine = { isSilent: false, refused: 0 };
    const answer = async () => {
      if (!engine.isSilent) return;
      engine.refused += 1;
      throw targetErrors.SERVICE_FAILED({ service: 'engine', reason: 'does not answer' });
    };
    const { data, drivers } = target;
    const shaky = {
      ...target,
      data: Object.assign(Object.create(data), {
        read: (path: string) => answer().then(() => data.read(path)),
        tail: (path: string, fromByte: number) => answer().then(() => data.tail(path, fromByte)),
      }),
      drivers: Object.assign(Object.create(drivers), {
        canBeAlive: () => answer().then(() => true),
        find: (run: string) => answer().then(() => drivers.find(run)),
      }),
    };
    const silence = async () => {
      engine.isSilent = true;
      await waitUntil(() => engine.refused > 3);
    };
    const speak = () => {
      engine.isSilent = false;
    };
    return { shaky, answer, silence, speak };
  }

  const stopped = { verdict: { state: 'stopped', exitCode: 0 } };

  test('has its driver watched again afterwards', async () => {
    const { shaky, silence, speak } = makeShaky();
    await submit('f-1', UNTIL_STOPPED);
    const { end } = supervise('f-1', { target: shaky });
    await started('f-1');
    await silence();
    await noteHolds('f-1', 'its driver cannot be seen: The engine does not answer');
    speak();
    await put('f-1', 'stop');
    expect(await end).toMatchObject(stopped);
    expect(await starts('f-1')).toBe(1);
  });

  test('does not end a run that waits for its restart', async () => {
    const { shaky, answer, silence, speak } = makeShaky();
    await submit('f-2', `${isTry(1)} && { ${MASTER_GONE}; exit 1; }; ${UNTIL_STOPPED}`);
    const { end } = supervise('f-2', { timing, target: shaky, missing: () => answer().then(() => undefined) });
    await waitUntil(async () => (await seen('f-2')).phase === 'pausing');
    await silence();
    await noteHolds('f-2', 'restart 1 of 5: the Spark master went away');
    await waitUntil(async () =>
      ((await seen('f-2')).note ?? '').includes('waits for an answer: The engine does not answer'),
    );
    speak();
    await started('f-2', 2);
    await put('f-2', 'stop');
    expect(await end).toMatchObject(stopped);
  });

  test('does not end a run that is queued', async () => {
    const { shaky, silence, speak } = makeShaky();
    const master = new StandInMaster();
    master.workers = [];
    const on = withMaster(shaky, await master.serve());
    await submit('f-3', UNTIL_STOPPED, { phase: 'queued' });
    const { end } = supervise('f-3', { target: on });
    await noteHolds('f-3', 'no worker is alive');
    master.workers = [{}];
    await silence();
    await noteHolds('f-3', 'cannot look for cores: The engine does not answer');
    speak();
    await started('f-3');
    await put('f-3', 'stop');
    expect(await end).toMatchObject(stopped);
  });
});

describe('a script with a master of its own', () => {
  const SAYS_SO = 'echo "26/11/24 15:12:06 INFO Executor: Starting executor ID driver on host box"';
  const script = '/home/ada/mine.py';

  test('holds no core once its log says so, and counts as running', async () => {
    await submit('own-1', `${SAYS_SO}; ${UNTIL_STOPPED}`, { script, kind: 'batch' });
    const { end } = supervise('own-1');
    await noteHolds('own-1', 'it runs beside the cluster, since its script has a master of its own (local)');
    expect(await seen('own-1')).toMatchObject({
      phase: 'watching',
      attempts: [{ ownMaster: 'local', application: null }],
    });
    expect(await readRunStatus(target, project, 'own-1')).toMatchObject({ state: 'running' });
    await put('own-1', 'stop');
    await end;
  });

  test('is noticed although it ended at once', async () => {
    await submit('own-2', `${SAYS_SO}; exit 0`, { script, kind: 'batch' });
    const { verdict, attempts } = (await supervise('own-2').end) as Supervision;
    expect([verdict?.state, attempts[0]?.ownMaster]).toEqual(['succeeded', 'local']);
  });

  test('is started again after it has worked, as any other', async () => {
    await submit('own-3', `${SAYS_SO}; ${isTry(1)} && { echo "ValueError: bad"; exit 4; }; exit 0`, {
      script,
      kind: 'batch',
    });
    const { verdict, attempts } = (await supervise('own-3').end) as Supervision;
    expect([verdict?.state, attempts.map(({ exitCode }) => exitCode)]).toEqual(['succeeded', [4, 0]]);
  });

  test('is never assumed of a job, whatever its log holds', async () => {
    await submit('own-4', `${SAYS_SO}; exit 0`, { kind: 'batch' });
    const { attempts } = (await supervise('own-4').end) as Supervision;
    expect(attempts[0]).not.toHaveProperty('ownMaster');
  });
});
