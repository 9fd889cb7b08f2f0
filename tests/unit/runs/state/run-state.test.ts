import { identifyProcess } from '../../../../src/project/process-identity.js';
import { type RunRecord, writeRun } from '../../../../src/runs/record/run-record.js';
import { readApplication } from '../../../../src/runs/state/run-files.js';
import { isLive, type RunStatus, readRunStatus } from '../../../../src/runs/state/run-state.js';
import { type RunCause, type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { DEAD, KILLED, makeAttempt, makeSupervision } from '../../../fakes/supervision.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target, project } = makeFolderTarget(temporaryFolder());

/** What supervisor and driver have left. */
interface Left {
  readonly record?: Partial<RunRecord>;
  /** Of a supervisor that is alive, unless another one is given; left out if there never was one. */
  readonly supervision?: Partial<Supervision>;
  /** `running`, `killed` with its wrapper, or its exit code; left out if there never was one. */
  readonly driver?: 'running' | 'killed' | number;
  readonly isStopAsked?: boolean;
  /** Whether the stream has written that its queries have started. */
  readonly hasTold?: boolean;
}

let number = 0;
async function statusOf({ record, supervision, driver, isStopAsked, hasTold }: Left): Promise<RunStatus> {
  const run = `left-${++number}`;
  const put = (file: string, value: object) => target.data.put(`runs/${run}/${file}`, JSON.stringify(value));
  await writeRun(project, makeRunRecord({ run, ...record }));
  if (supervision) await writeSupervision(project, run, makeSupervision(supervision));
  const identity = driver === 'running' ? identifyProcess(process.pid) : DEAD;
  if (driver !== undefined) await put('driver.json', { ...identity, wrapper: 2 ** 30 });
  if (typeof driver === 'number') await put('exit.json', { exitCode: driver, endedAt: '2026-11-24T10:01:00Z' });
  if (isStopAsked) await put('stop', {});
  if (hasTold) await put('application.json', { id: 'app-1', ui: null, settled: false });
  return readRunStatus(target, project, run);
}

const attempts = [makeAttempt({ application: 'app-1' })];
const note = 'why it waits';
const dead = { supervisor: KILLED, note };
const beforeBoot = { supervisor: DEAD, note };
const cause: RunCause = { code: 'disk-full', words: 'the disk is full', isTransient: true, cure: 'Make room.' };
const at = '2026-11-24T10:01:00.000Z';

test('a damaged file of the script counts as missing, and is no error', async () => {
  await target.data.put('runs/damaged/application.json', '{"id":"app-1","ui":');
  expect(await readApplication(target, 'damaged')).toBeUndefined();
});

describe('readRunStatus', () => {
  test.each<[string, Left, RunStatus['state'], string | null]>([
    ['it waits for cores', { supervision: { phase: 'queued', note } }, 'queued', note],
    ['it waits for cores and is told to stop', { supervision: { phase: 'queued' }, isStopAsked: true }, 'queued', null],
    ['its driver is on its way', { supervision: { phase: 'launching' } }, 'starting', null],
    ['its driver has no queries yet', { supervision: { note }, driver: 'running' }, 'starting', note],
    ['its queries have started', { supervision: {}, driver: 'running', hasTold: true }, 'running', null],
    ['only the master knows the stream', { supervision: { attempts }, driver: 'running' }, 'starting', null],
    [
      'the master knows the batch',
      { record: { kind: 'batch' }, supervision: { attempts }, driver: 'running' },
      'running',
      null,
    ],
    [
      'the master does not know the batch',
      { record: { kind: 'batch' }, supervision: {}, driver: 'running' },
      'starting',
      null,
    ],
    [
      'the master knows the script',
      { record: { script: '/a.py' }, supervision: { attempts }, driver: 'running' },
      'running',
      null,
    ],
    ['it waits for its restart', { supervision: { phase: 'pausing', note, attempts }, driver: 1 }, 'starting', note],
    [
      'its driver was killed a moment ago',
      { supervision: { attempts }, driver: 'killed', hasTold: true },
      'starting',
      null,
    ],
    [
      'it finishes its batch',
      { supervision: {}, driver: 'running', hasTold: true, isStopAsked: true },
      'stopping',
      null,
    ],
    ['its driver has finished its batch', { supervision: {}, driver: 0, isStopAsked: true }, 'stopping', null],
    ['its supervisor was killed', { supervision: dead, driver: 'running', hasTold: true }, 'running', null],
    ['it never had one', { driver: 'running', hasTold: true }, 'running', null],
    [
      'its supervisor was killed, and it is told to stop',
      { supervision: dead, driver: 'running', isStopAsked: true },
      'stopping',
      null,
    ],
    [
      'the script has a master of its own',
      {
        record: { script: '/a.py' },
        supervision: { attempts: [makeAttempt({ ownMaster: 'local' })] },
        driver: 'running',
      },
      'running',
      null,
    ],
  ])('where %s', async (_, left, state, words) => {
    expect(await statusOf(left)).toEqual({ state, exitCode: null, note: words });
    expect(isLive(state)).toBe(true);
  });

  test.each<[string, Left, RunStatus]>([
    [
      'its supervisor says so, whatever the driver does',
      { supervision: { verdict: { state: 'failed', exitCode: 4, cause, at } }, driver: 'running', isStopAsked: true },
      { state: 'failed', exitCode: 4, note: 'the disk is full' },
    ],
    [
      'a supervisor that has ended said so',
      { supervision: { ...dead, verdict: { state: 'succeeded', exitCode: 0, cause: null, at } }, driver: 'killed' },
      { state: 'succeeded', exitCode: 0, note: null },
    ],
    ['its driver says so', { supervision: dead, driver: 0 }, { state: 'succeeded', exitCode: 0, note: null }],
    ['its driver says otherwise', { supervision: dead, driver: 4 }, { state: 'failed', exitCode: 4, note: null }],
    [
      'it was stopped',
      { supervision: dead, driver: 143, isStopAsked: true },
      { state: 'stopped', exitCode: 143, note: null },
    ],
    [
      'all was killed',
      { supervision: dead, driver: 'killed' },
      { state: 'lost', exitCode: null, note: 'it was killed' },
    ],
    [
      'all was killed after a stop',
      { supervision: dead, driver: 'killed', isStopAsked: true },
      { state: 'stopped', exitCode: null, note: null },
    ],
    [
      'its supervisor was killed in the queue',
      { supervision: { ...dead, phase: 'queued' } },
      { state: 'lost', exitCode: null, note: 'it was killed' },
    ],
    [
      'its supervisor was killed before a restart',
      { supervision: { ...dead, phase: 'pausing' }, driver: 1 },
      { state: 'failed', exitCode: 1, note: null },
    ],
    [
      'its machine was restarted',
      { supervision: beforeBoot, driver: 'killed' },
      { state: 'lost', exitCode: null, note: 'the machine was restarted while it ran' },
    ],
    [
      'its machine has let the endless stream end well',
      { supervision: beforeBoot, driver: 0 },
      { state: 'lost', exitCode: 0, note: 'the machine was restarted while it ran' },
    ],
    [
      'its machine went down while it waited for its restart',
      { supervision: { ...beforeBoot, phase: 'pausing' }, driver: 1 },
      { state: 'lost', exitCode: 1, note: 'the machine was restarted while it ran' },
    ],
    [
      'its machine has ended the batch by a SIGTERM',
      { record: { kind: 'batch' }, supervision: beforeBoot, driver: 143 },
      { state: 'lost', exitCode: 143, note: 'the machine was restarted while it ran' },
    ],
    [
      'the batch failed before its machine went down',
      { record: { kind: 'batch' }, supervision: beforeBoot, driver: 4 },
      { state: 'failed', exitCode: 4, note: null },
    ],
    [
      'the stream had read all that was there before its machine went down',
      { record: { trigger: 'available-now' }, supervision: beforeBoot, driver: 0 },
      { state: 'succeeded', exitCode: 0, note: null },
    ],
    [
      'it was stopped before its machine went down',
      { supervision: beforeBoot, driver: 0, isStopAsked: true },
      { state: 'stopped', exitCode: 0, note: null },
    ],
  ])('where nobody looks after it any more and %s', async (_, left, status) => {
    expect(await statusOf(left)).toEqual(status);
    expect(isLive(status.state)).toBe(false);
  });
});
