import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { throwIfFailed } from '../../../../src/runs/submit/submit.js';
import { waitForFirstBatch, waitForRunEnd } from '../../../../src/runs/submit/wait-for-run.js';
import { makeAttempt, makeSupervision } from '../../../fakes/supervision.js';
import { failureOf } from '../../failure-of.js';
import { waitUntil } from '../../wait-until.js';
import { ENDS_AT_MARKER, makeLaunchedRuns } from '../launched-runs.js';

const { target, project, launch, tellOf, status } = makeLaunchedRuns();
const never = new AbortController().signal;

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
    const settled = waitForFirstBatch(waiting('d-2'));
    await tellOf('d-2');
    expect(await settled).toMatchObject({ state: 'running', exitCode: null });
  });

  test('ends with a stream that failed before its first batch', async () => {
    await launch('d-3', 'exit 1');
    expect(await waitForFirstBatch(waiting('d-3'))).toMatchObject({ state: 'failed', exitCode: 1 });
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

  test.each([
    ['a quick script, which ended before anyone looked', 'd-7', false],
    ['a long one, whose note has said it', 'd-8', true],
  ])('says once that a script has a master of its own: %s', async (_, run, isLong) => {
    const options = waiting(run);
    const attempts = [makeAttempt({ ownMaster: 'local' })];
    const note = 'it runs beside the cluster, since its script has a master of its own (local)';
    if (isLong) await supervise(run, { attempts, note });
    else await supervise(run, { attempts, verdict: SUCCEEDED });
    const wait = waitForRunEnd(options);
    if (isLong) await waitUntil(() => options.report.progressed.length > 2);
    await supervise(run, { attempts, verdict: SUCCEEDED });
    await wait;
    expect(options.report.warnings).toEqual([expect.stringContaining(note)]);
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
      hint: `See ${target.data.describe('runs/e-1/driver.log')} for the whole story.`,
    });
  });

  test.each([
    [
      'lost',
      null,
      'without an exit code: its driver ended without a message: it was killed, or the machine was restarted',
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
      hint: `Make room. See ${target.data.describe('runs/e-4/driver.log')} for the whole story.`,
    });
  });

  test.each(['succeeded', 'stopped', 'running'] as const)('is silent about a run that has %s', async (state) => {
    await throwIfFailed({ target, project }, 'e-3', { state, exitCode: null });
  });
});
