import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { identifyProcess, waitForEnd } from '../../../../src/project/process-identity.js';
import { runFile } from '../../../../src/runs/record/run-record.js';
import { liveRuns } from '../../../../src/runs/state/live-runs.js';
import { readRunStatus } from '../../../../src/runs/state/run-state.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { stopAllRuns, stopRun } from '../../../../src/runs/supervise/stop.js';
import { withMaster } from '../../../fakes/folder-target.js';
import { makeSupervision } from '../../../fakes/supervision.js';
import { closedPage } from '../../spark/serve-page.js';
import { waitUntil } from '../../wait-until.js';
import { makeSupervisedPlace } from './supervised-place.js';

const { target, project, submit, supervise, superviseElsewhere, seen, starts, put, started } = makeSupervisedPlace();
const status = (run: string) => readRunStatus(target, project, run);

test('a queued run is stopped before it has a driver', async () => {
  await submit('queued-1', 'exit 0', { phase: 'queued' });
  const { end } = supervise('queued-1', { target: withMaster(target, await closedPage()) });
  await waitUntil(async () => (await status('queued-1')).state === 'queued');
  expect(await stopRun(target, project, 'queued')).toEqual({ run: 'queued-1', state: 'stopped', by: 'supervisor' });
  await end;
  expect(await starts('queued-1')).toBe(0);
});

test('a queued run whose record is deleted ends its supervisor, which brings nothing back', async () => {
  await submit('deleted-1', 'exit 0', { phase: 'queued' });
  const { end } = supervise('deleted-1', { target: withMaster(target, await closedPage()) });
  await waitUntil(async () => (await status('deleted-1')).state === 'queued');
  // Its supervisor may be writing there just now.
  await rm(runFile(project, 'deleted-1', ''), { recursive: true, maxRetries: 10 });
  await end;
  expect(existsSync(runFile(project, 'deleted-1', ''))).toBe(false);
});

test('a run that waits for its restart gets no other driver', async () => {
  await submit('pausing-1', 'echo "Master removed our application"; exit 1');
  const { end } = supervise('pausing-1', { missing: async () => 'the broker' });
  await waitUntil(async () => (await seen('pausing-1')).phase === 'pausing');
  expect(await stopAllRuns(target, project)).toEqual([{ run: 'pausing-1', state: 'stopped', by: 'supervisor' }]);
  await end;
  expect(await starts('pausing-1')).toBe(1);
});

test('a stream that is looked after finishes its batch and is not started again', async () => {
  await submit('stream-1', 'while [ ! -e "$0/stop" ]; do sleep 0.05; done');
  const { end } = supervise('stream-1');
  await started('stream-1');
  await put('stream-1', 'application.json', '{"id":"app-1","ui":null,"settled":true}');
  expect(await stopRun(target, project, 'stream-1')).toEqual({ run: 'stream-1', state: 'stopped', by: 'marker' });
  expect(await end).toMatchObject({ verdict: { state: 'stopped', exitCode: 0 } });
  expect(await starts('stream-1')).toBe(1);
});

test('a supervisor that hangs is killed, so that its run has an end', async () => {
  await submit('hanging-1', 'exec sleep 60', { kind: 'batch' });
  const supervisor = await superviseElsewhere('hanging-1');
  await started('hanging-1');
  supervisor.kill('SIGSTOP');
  const identity = identifyProcess(supervisor.pid as number);
  const report = await stopRun(target, project, 'hanging-1', { finishBatchMs: 0, terminateMs: 3_000, killMs: 200 });
  expect(report).toEqual({ run: 'hanging-1', state: 'stopped', by: 'SIGKILL' });
  expect(identity && (await waitForEnd(identity, 5_000))).toBe(true);
  expect(await status('hanging-1')).toEqual({ state: 'stopped', exitCode: 143, note: null });
});

test('where no driver can be alive, a run lives as long as it is looked after', async () => {
  await submit('down-1', 'exit 0');
  await submit('down-2', 'exit 0');
  await writeSupervision(project, 'down-1', makeSupervision({ phase: 'pausing' }));
  const drivers = Object.assign(Object.create(target.drivers), { canBeAlive: async () => false });
  expect((await liveRuns({ ...target, drivers }, project)).map(({ run }) => run)).toEqual(['down-1']);
});
