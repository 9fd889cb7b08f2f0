import { readFileSync } from 'node:fs';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { listRuns } from '../../../src/runs/list/list.js';
import { writeRun } from '../../../src/runs/record/run-record.js';
import { readApplication } from '../../../src/runs/state/application.js';
import { liveRuns } from '../../../src/runs/state/live-runs.js';
import { readRunStatus } from '../../../src/runs/state/run-state.js';
import { type Supervision, writeSupervision } from '../../../src/runs/state/supervision.js';
import { throwIfFailed } from '../../../src/runs/submit/submit.js';
import { waitForRunEnd, waitUntilSettled } from '../../../src/runs/submit/wait-for-run.js';
import { stopAllRuns, stopRun } from '../../../src/runs/supervise/stop.js';
import { makeFolderTarget } from '../../fakes/folder-target.js';
import { makeRunRecord } from '../../fakes/run-record.js';
import { makeAttempt, makeSupervision } from '../../fakes/supervision.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const never = new AbortController().signal;

const launched: string[] = [];
afterEach(async () => {
  await Promise.all(launched.splice(0).map((run) => target.drivers.signal(run, 'SIGKILL')));
});

const ENDS_AT_MARKER = 'while [ ! -e "$0/stop" ]; do sleep 0.05; done; echo finished the batch';

/** Starts a driver that is a shell script; `$0` is the run's folder. */
async function launch(run: string, script: string, kind: 'streaming' | 'batch' = 'streaming'): Promise<void> {
  launched.push(run);
  await writeRun(project, makeRunRecord({ run, kind }));
  await target.drivers.launch(run, ['/bin/sh', '-c', script, target.data.pathForJobs(`runs/${run}`)], {});
}

const put = (run: string, name: string, value: object) => target.data.put(`runs/${run}/${name}`, JSON.stringify(value));
const tellOf = (run: string, settled = true) => put(run, 'application.json', { id: 'app-1', ui: null, settled });
const status = (run: string) => readRunStatus(target, project, run);
const ended = (run: string) =>
  waitUntil(async () => !['starting', 'running', 'stopping'].includes((await status(run)).state));

describe('readRunStatus', () => {
  test('follows a stream from its start to its stop', async () => {
    await launch('a-1', ENDS_AT_MARKER);
    expect(await status('a-1')).toMatchObject({ state: 'starting', exitCode: null });
    await tellOf('a-1');
    expect(await status('a-1')).toMatchObject({ state: 'running', exitCode: null });
    expect(await readApplication(target, 'a-1')).toEqual({ id: 'app-1', ui: null, settled: true });
    expect(await stopRun(target, project, 'a-1')).toEqual({ run: 'a-1', state: 'stopped', by: 'marker' });
    expect(await status('a-1')).toMatchObject({ state: 'stopped', exitCode: 0 });
  });

  test('is stopping between the marker and the end', async () => {
    await launch('a-2', 'while [ ! -e "$0/go" ]; do sleep 0.05; done');
    await target.data.put('runs/a-2/stop', '');
    expect(await status('a-2')).toMatchObject({ state: 'stopping', exitCode: null });
    await target.data.put('runs/a-2/go', '');
    await ended('a-2');
    expect(await status('a-2')).toMatchObject({ state: 'stopped', exitCode: 0 });
  });

  test.each([
    ['succeeded', 'exit 0', 0],
    ['failed', 'exit 4', 4],
    ['failed', 'kill -KILL $$', 137],
  ])('has %s after `%s`', async (state, script, exitCode) => {
    await launch('a-3', script);
    await ended('a-3');
    expect(await status('a-3')).toMatchObject({ state, exitCode });
    await target.data.remove('runs/a-3');
  });

  test('is lost when driver and wrapper were killed', async () => {
    await launch('a-4', 'exec sleep 60');
    const { pid, wrapper } = JSON.parse((await target.data.read('runs/a-4/driver.json')) ?? '');
    process.kill(wrapper, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await ended('a-4');
    expect(await status('a-4')).toMatchObject({ state: 'lost', exitCode: null });
  });
});

describe('stopRun', () => {
  test('lets a stream finish its batch', async () => {
    await launch('b-1', ENDS_AT_MARKER);
    await tellOf('b-1');
    expect(await stopRun(target, project, 'b-1')).toEqual({ run: 'b-1', state: 'stopped', by: 'marker' });
    expect(readFileSync(target.data.pathForJobs('runs/b-1/driver.log'), 'utf8')).toContain('finished the batch');
  });

  test.each([
    ['a stream whose queries have not started', 'streaming'],
    ['a batch', 'batch'],
  ] as const)('ends %s with SIGTERM', async (_, kind) => {
    const run = `${kind}-1`;
    await launch(run, 'exec sleep 60', kind);
    expect(await stopRun(target, project, run)).toEqual({ run, state: 'stopped', by: 'SIGTERM' });
    expect(await status(run)).toMatchObject({ state: 'stopped', exitCode: 143 });
  });

  test('leaves a run that has ended as it is', async () => {
    await launch('b-2', 'exit 4');
    await ended('b-2');
    expect(await stopRun(target, project, 'b-2')).toEqual({ run: 'b-2', state: 'failed', by: null });
    expect(await stopRun(target, project, 'b-2')).toEqual({ run: 'b-2', state: 'failed', by: null });
  });

  test('does not know a run that was never submitted', async () => {
    expect(await failureOf(stopRun(target, project, 'nope-1'))).toMatchObject({ code: 'RUN_MISSING' });
  });
});

describe('stopAllRuns', () => {
  test('stops those that live and names them', async () => {
    await launch('c-1', ENDS_AT_MARKER);
    await launch('c-2', 'exec sleep 60', 'batch');
    await launch('c-3', 'exit 0', 'batch');
    await tellOf('c-1');
    await ended('c-3');
    expect((await liveRuns(target, project)).map(({ run }) => run).sort()).toEqual(['c-1', 'c-2']);
    const stopped = await stopAllRuns(target, project);
    expect(stopped.map(({ run, by }) => `${run} ${by}`).sort()).toEqual(['c-1 marker', 'c-2 SIGTERM']);
    expect(await liveRuns(target, project)).toEqual([]);
    const { runs } = await listRuns(target, project);
    expect(
      runs
        .filter(({ run }) => run.startsWith('c-'))
        .map(({ run, state }) => `${run} ${state}`)
        .sort(),
    ).toEqual(['c-1 stopped', 'c-2 stopped', 'c-3 succeeded']);
  });
});

describe('waiting for a run', () => {
  const SUCCEEDED = { state: 'succeeded', exitCode: 0, cause: null, at: '2026-11-24T10:01:00.000Z' } as const;
  const supervise = (run: string, some: Partial<Supervision>) => writeSupervision(project, run, makeSupervision(some));
  const waiting = (run: string, signal = never) => ({ target, project, run, report: new RecordingReporter(), signal });

  test('ends with the run', async () => {
    await launch('d-1', 'sleep 0.3; exit 4', 'batch');
    expect(await waitForRunEnd(waiting('d-1'))).toMatchObject({ state: 'failed', exitCode: 4 });
  });

  test('ends with the first batch of a stream, which goes on', async () => {
    await launch('d-2', ENDS_AT_MARKER);
    await tellOf('d-2', false);
    const settled = waitUntilSettled(waiting('d-2'));
    await tellOf('d-2');
    expect(await settled).toMatchObject({ state: 'running', exitCode: null });
  });

  test('ends with a stream that failed before its first batch', async () => {
    await launch('d-3', 'exit 1');
    expect(await waitUntilSettled(waiting('d-3'))).toMatchObject({ state: 'failed', exitCode: 1 });
  });

  test('an abort ends the waiting, not the run', async () => {
    await launch('d-4', 'exec sleep 60');
    const controller = new AbortController();
    const failure = failureOf(waitForRunEnd(waiting('d-4', controller.signal)));
    controller.abort();
    expect(((await failure) as Error).name).toBe('AbortError');
    expect(await status('d-4')).toMatchObject({ state: 'starting' });
  });

  test('shows the rows read so far, and ends with the verdict', async () => {
    await supervise('d-5', {});
    await target.data.put(
      'runs/d-5/progress.ndjson',
      '{"name":"topic","batchId":0,"numInputRows":3}\n{"name":"parquet","batchId":0,"numInputRows":3}\n',
    );
    const options = waiting('d-5');
    const wait = waitForRunEnd(options);
    await waitUntil(() => options.report.progressed.length > 0);
    await supervise('d-5', { verdict: SUCCEEDED });
    expect(await wait).toEqual({ state: 'succeeded', exitCode: 0, note: null });
    expect(options.report.progressed[0]).toEqual({ label: 'd-5 starting, batch 1', done: 3, unit: 'records' });
    expect(options.report.warnings).toEqual([]);
  });

  test('says once what the run waits for, and again when that is something else', async () => {
    const options = waiting('d-6');
    const looked = async (times = 3) => {
      const { length } = options.report.progressed;
      await waitUntil(() => options.report.progressed.length >= length + times);
    };
    await supervise('d-6', { phase: 'queued', note: 'waits for 1 core' });
    const wait = waitForRunEnd(options);
    await looked();
    await supervise('d-6', { phase: 'launching' });
    await looked();
    await supervise('d-6', { phase: 'pausing', note: 'restart 1 of 5: the Spark master went away' });
    await looked();
    await supervise('d-6', { verdict: SUCCEEDED });
    await wait;
    expect(options.report.warnings).toEqual([
      'd-6 queued: waits for 1 core',
      'd-6 starting: restart 1 of 5: the Spark master went away',
    ]);
  });
});

describe('throwIfFailed', () => {
  const failure = async (run: string, state: 'failed' | 'lost', exitCode: number | null, log: string) => {
    await target.data.put(`runs/${run}/driver.log`, log);
    return failureOf(throwIfFailed({ target, project }, run, { state, exitCode }));
  };

  test('names the cause that the log gives, and where the whole story is', async () => {
    expect(await failure('e-1', 'failed', 1, 'INFO a\nValueError: no such column\nINFO b\n')).toMatchObject({
      code: 'JOB_FAILED',
      exitCode: 6,
      applicationExitCode: 1,
      message: 'The run e-1 failed with exit code 1: ValueError: no such column',
      hint: `The whole story is in ${target.data.describe('runs/e-1/driver.log')}`,
    });
  });

  test.each([
    [
      'lost',
      null,
      'without an exit code: its driver ended without a word: it was killed, or the machine was restarted',
    ],
    ['failed', 137, 'with exit code 137: killed (137), perhaps out of memory'],
  ] as const)('says that the driver of a %s run (%p) was killed', async (state, exitCode, words) => {
    const message = `The run e-2 failed ${words}`;
    expect(await failure('e-2', state, exitCode, 'INFO a\n')).toMatchObject({ message });
  });

  test("prefers its supervisor's verdict to the log, with the cure and the restarts it took", async () => {
    const cause = { code: 'disk-full', words: 'the disk is full', isTransient: true, cure: 'Make room.' } as const;
    const ended = { endedAt: '2026-11-24T10:01:00.000Z', exitCode: 1, cause };
    const attempts = [1, 2, 3, 4].map((number) => makeAttempt({ number, ...ended }));
    const verdict = { state: 'failed', exitCode: 1, cause, at: '2026-11-24T10:01:00.000Z' } as const;
    await writeSupervision(project, 'e-4', makeSupervision({ attempts, countedFrom: 1, verdict }));
    expect(await failure('e-4', 'failed', 1, 'ValueError: no such column\n')).toMatchObject({
      message: 'The run e-4 failed with exit code 1 after 2 restarts: the disk is full',
      hint: `Make room. The whole story is in ${target.data.describe('runs/e-4/driver.log')}`,
    });
  });

  test.each(['succeeded', 'stopped', 'running'] as const)('is silent about a run that has %s', async (state) => {
    await throwIfFailed({ target, project }, 'e-3', { state, exitCode: null });
  });
});
