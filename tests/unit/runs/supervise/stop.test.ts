import { readFileSync } from 'node:fs';
import { listRuns } from '../../../../src/runs/list/list.js';
import { liveRuns } from '../../../../src/runs/state/live-runs.js';
import { stopAllRuns, stopRun } from '../../../../src/runs/supervise/stop.js';
import { failureOf } from '../../failure-of.js';
import { ENDS_AT_MARKER, makeLaunchedRuns } from '../launched-runs.js';

const { target, project, launch, tellOf, status, ended } = makeLaunchedRuns();

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
  test('stops all live runs and names them', async () => {
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
