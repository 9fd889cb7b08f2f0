import { type RunRecord, writeRun } from '../../../../src/runs/record/run-record.js';
import { type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { beginIfRoom, beginOrQueue, requireRoom } from '../../../../src/runs/supervise/take-room.js';
import { makeUpTarget, withMaster } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { DEAD, makeSupervision } from '../../../fakes/supervision.js';
import { failureOf } from '../../failure-of.js';
import { closedPage } from '../../spark/serve-page.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { StandInMaster } from '../stand-in-master.js';

const parent = temporaryFolder();
let projects = 0;

/** A project of its own with a master that has two free cores. */
async function makePlace() {
  const master = new StandInMaster();
  const { target, project } = makeUpTarget(`${parent}/${++projects}`, await master.serve());
  const place = { target, project, signal: new AbortController().signal };
  const phase = (run: string, some: Partial<Supervision>) => writeSupervision(project, run, makeSupervision(some));
  /** Submitted one after the other, a minute apart. */
  let minute = 0;
  async function submit(run: string, some: Partial<RunRecord & Supervision> = {}): Promise<RunRecord> {
    const { supervisor, ...rest } = some;
    const submittedAt = new Date(Date.UTC(2026, 10, 24, 10, minute++)).toISOString();
    const record = makeRunRecord({ run, submittedAt, ...rest });
    await writeRun(project, record);
    await phase(run, { phase: some.phase ?? 'queued', ...(supervisor ? { supervisor } : {}) });
    return record;
  }
  const take = (record: RunRecord) => beginIfRoom(place, record, () => phase(record.run, { phase: 'launching' }));
  return { master, place, target, submit, phase, take };
}

const cores = (number: number) => ({ resources: { cores: number, executorMemory: '512m', driverMemory: '512m' } });

describe('beginIfRoom', () => {
  test('lets the runs begin first that have waited longest, as far as there are cores', async () => {
    const { submit, take } = await makePlace();
    const [first, second, third] = [await submit('a-1'), await submit('b-1'), await submit('c-1')];
    expect(await take(second)).toBe('waits behind a-1');
    expect(await take(first)).toBeNull();
    expect(await take(third)).toBe('waits behind b-1');
    expect(await take(second)).toBeNull();
    expect(await take(third)).toBe('waits for 1 core with 512m: 0 of 2 are free: a-1 holds 1, b-1 holds 1');
  });

  test('never gives the same core to two at once', async () => {
    const { master, submit, take } = await makePlace();
    master.workers = [{ cores: 2, used: 1 }];
    const records = [await submit('a-1'), await submit('b-1'), await submit('c-1')];
    const notes = await Promise.all(records.map(take));
    expect(notes.filter((note) => note === null)).toHaveLength(1);
    expect(notes[0]).toBeNull();
  });

  test('does not wait for a run without a supervisor, nor for one that has begun', async () => {
    const { submit, take } = await makePlace();
    await submit('dead-1', { supervisor: DEAD });
    await submit('runs-1', { phase: 'watching' });
    await submit('pauses-1', { phase: 'pausing' });
    expect(await take(await submit('a-1'))).toBeNull();
  });

  test.each<[string, Parameters<typeof cores>[0], (master: StandInMaster) => void, string]>([
    [
      'too few are free',
      2,
      (master) => {
        master.workers = [{ used: 1 }];
        master.applications = [{ name: 'x-1', cores: 1 }];
      },
      'waits for 2 cores with 512m each: 1 of 2 is free: x-1 holds 1',
    ],
    [
      'memory is taken',
      1,
      (master) => {
        master.workers = [{ usedMb: 1600 }];
      },
      'waits for 1 core with 512m: 0 of 2 are free',
    ],
    [
      'no worker is alive',
      1,
      (master) => {
        master.workers = [{ state: 'DEAD' }];
      },
      'waits for 1 core with 512m: no worker is alive that is big enough',
    ],
  ])('waits, and says for what, where %s', async (_, wanted, arrange, note) => {
    const { master, submit, take } = await makePlace();
    arrange(master);
    expect(await take(await submit('a-1', cores(wanted)))).toBe(note);
  });

  test('waits for a master that does not answer', async () => {
    const { place, submit } = await makePlace();
    const begin = () => Promise.reject(new Error('it began'));
    const on = { ...place, target: withMaster(place.target, await closedPage()) };
    expect(await beginIfRoom(on, await submit('a-1'), begin)).toMatch(/^the Spark master does not answer/);
  });

  test('waits where no driver can be alive', async () => {
    const { target, submit, take } = await makePlace();
    target.drivers.canBeAlive = async () => false;
    expect(await take(await submit('a-1'))).toMatch(/^waits for 1 core/);
  });
});

describe('requireRoom', () => {
  const wants = (record: RunRecord, number: number) => ({ ...record, ...cores(number) });

  test('counts the cores of runs whose drivers are starting, and of applications that only the master knows', async () => {
    const { master, place, submit } = await makePlace();
    master.workers = [{ cores: 4, used: 1 }];
    master.applications = [{ name: 'runs-1', cores: 1 }];
    await submit('runs-1', { phase: 'watching' });
    await submit('comes-1', { phase: 'launching', ...cores(2) });
    await submit('waits-1', { phase: 'queued', ...cores(4) });
    await submit('dead-1', { supervisor: DEAD });
    const record = makeRunRecord({ run: 'new-1' });
    expect(await requireRoom(place, record, false)).toBe(true);
    expect(await failureOf(requireRoom(place, wants(record, 2), false))).toMatchObject({
      code: 'ROOM_MISSING',
      message: 'new needs 2 cores with 512m each, and 1 of 4 is free: runs-1 holds 1, comes-1 holds 2',
      hint: expect.stringContaining('`millrace runs stop comes-1` (frees 2)'),
      room: {
        wanted: 2,
        free: 1,
        total: 4,
        holders: [
          { name: 'runs-1', cores: 1 },
          { name: 'comes-1', cores: 2 },
        ],
      },
    });
  });

  test('offers to stop runs of this project only', async () => {
    const { master, place, submit } = await makePlace();
    master.workers = [{ used: 2 }];
    master.applications = [
      { name: 'mine-1', cores: 1 },
      { name: 'a notebook', cores: 1 },
    ];
    await submit('mine-1', { phase: 'watching' });
    const failure = await failureOf(requireRoom(place, makeRunRecord({ run: 'new-1' }), false));
    expect(failure).toMatchObject({
      hint: 'Wait for them with `--queue`, or stop one with `millrace runs stop mine-1` (frees 1).',
    });
  });

  test('lets a run queue for as many cores as the cluster has, and not for more', async () => {
    const { master, place, submit } = await makePlace();
    master.workers = [{ used: 2 }];
    const record = await submit('a-1');
    expect(await requireRoom(place, wants(record, 2), true)).toBe(false);
    const failure = await failureOf(requireRoom(place, wants(record, 3), true));
    expect(failure).toMatchObject({ code: 'ROOM_MISSING', hint: expect.not.stringContaining('--queue') });
  });

  test('needs a master that answers', async () => {
    const { place, submit } = await makePlace();
    const on = { ...place, target: withMaster(place.target, await closedPage()) };
    expect(await failureOf(requireRoom(on, await submit('a-1'), true))).toMatchObject({
      code: 'MASTER_UNREACHABLE',
      message: 'No Spark master answered at spark://127.0.0.1:2',
      exitCode: 4,
      retriable: true,
    });
  });

  test('two at once never count on the same core', async () => {
    const { master, place, submit } = await makePlace();
    master.workers = [{ cores: 2, used: 1 }];
    await submit('first-1', { supervisor: DEAD });
    const begin = (run: string) =>
      beginOrQueue(place, { command: 'a submit', run: makeRunRecord({ run }), isQueueing: false }, (phase) =>
        submit(run, { phase }),
      );
    const results = await Promise.allSettled([begin('a-1'), begin('b-1'), begin('c-1')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});
