import { readApplication } from '../../../../src/runs/state/run-files.js';
import { stopRun } from '../../../../src/runs/supervise/stop.js';
import { ENDS_AT_MARKER, makeLaunchedRuns } from '../launched-runs.js';

const { target, project, launch, tellOf, status, ended } = makeLaunchedRuns();

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
