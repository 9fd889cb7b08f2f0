import { cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { establishHome } from '../../../src/project/project-home.js';
import { gatherFacts } from '../../../src/runs/explain/gather-facts.js';
import { listRuns } from '../../../src/runs/list/list.js';
import { readRun, runFile } from '../../../src/runs/record/run-record.js';
import { showRun } from '../../../src/runs/show/show.js';
import { liveRuns } from '../../../src/runs/state/live-runs.js';
import { readRunStatus } from '../../../src/runs/state/run-state.js';
import { readSupervision, type Supervision, writeSupervision } from '../../../src/runs/state/supervision.js';
import { stopAllRuns, stopRun } from '../../../src/runs/supervise/stop.js';
import { superviseRun } from '../../../src/runs/supervise/supervise.js';
import { makeUpTarget } from '../../fakes/folder-target.js';
import { DEAD, makeSupervision } from '../../fakes/supervision.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';
import { makeSupervisedPlace, QUICK_TIMING } from './supervise/supervised-place.js';

const elsewhere = temporaryFolder();
const UNTIL_STOPPED = 'while [ ! -e "$0/stop" ]; do sleep 0.05; done';

describe('in a copied folder', () => {
  const { root, target, project, submit, supervise, seen, started, isRunning } = makeSupervisedPlace();
  establishHome(project.state);

  test.each<[string, string, Partial<Supervision>]>([
    ['looked-after-1', 'looked after', {}],
    ['left-alone-1', 'not looked after, since its supervisor was killed', { supervisor: { ...DEAD, folder: root } }],
    ['queued-1', 'queued', { phase: 'queued' }],
  ])('%s, %s in the original, is lost, and nothing is started, stopped or written', async (run, _, some) => {
    await submit(run, UNTIL_STOPPED);
    const { end } = supervise(run);
    await started(run);
    const { supervisor, attempts } = await seen(run);
    cpSync(root, join(elsewhere, run), { recursive: true });
    const copy = makeUpTarget(join(elsewhere, run));
    await writeSupervision(copy.project, run, makeSupervision({ supervisor, attempts, ...some }));
    const before = await readSupervision(copy.project, run);

    const lost = { run, state: 'lost', note: `it was started for ${root}, of which this folder is a copy` };
    expect((await listRuns(copy.target, copy.project)).runs.find((listed) => listed.run === run)).toMatchObject(lost);
    expect(await showRun(copy.target, copy.project, run)).toMatchObject(lost);
    const sources = { ...copy, jobs: { folders: [] }, signal: new AbortController().signal };
    const record = await readRun(copy.project, 'local', run);
    expect((await gatherFacts(sources, record)).failure).toMatchObject({ words: lost.note, isTransient: false });
    expect(await liveRuns(copy.target, copy.project)).toEqual([]);
    expect(await stopRun(copy.target, copy.project, run)).toEqual({ run, state: 'lost', by: null });
    expect(await stopAllRuns(copy.target, copy.project)).toEqual([]);
    expect(await readSupervision(copy.project, run)).toEqual(before);
    expect(existsSync(runFile(copy.project, run, 'supervisor.log'))).toBe(false);
    expect(await isRunning(run)).toBe(true);
    await stopRun(target, project, run);
    await end;
  });

  test('a driver whose record was deleted before is left to the original', async () => {
    await submit('forgotten-1', 'exec sleep 60');
    const { end, abort } = supervise('forgotten-1');
    await started('forgotten-1');
    abort();
    await end;
    const copy = makeUpTarget(join(elsewhere, 'forgotten-1'));
    cpSync(target.data.describe(''), copy.target.data.describe(''), { recursive: true });
    cpSync(join(project.state, 'project.json'), join(copy.project.state, 'project.json'));
    expect(await stopAllRuns(copy.target, copy.project)).toEqual([]);
    expect(await isRunning('forgotten-1')).toBe(true);
  });
});

describe('in a folder that was moved', () => {
  const { root, project, submit, supervise, started, seen } = makeSupervisedPlace();
  establishHome(project.state);
  /** Its driver is launched and watched: the note says that the master does not answer. */
  const watched = (run: string) => waitUntil(async () => (await seen(run)).note !== null);
  const signal = new AbortController().signal;

  test('a run is gone on with: the supervisor of before lets go, and one of today knows its driver', async () => {
    await submit('moved-1', UNTIL_STOPPED, { restarts: 0 });
    const { end } = supervise('moved-1');
    await started('moved-1');
    await watched('moved-1');
    const moved = join(elsewhere, 'moved');
    renameSync(root, moved);
    expect(await end).toMatchObject({ code: 'LEFT_BEHIND', message: 'The project of moved-1 was moved while it ran' });
    expect(existsSync(root)).toBe(false);

    const there = makeUpTarget(moved);
    // The end of its process would do so.
    rmSync(join(there.project.state, 'locks', 'supervise-moved-1.lock'));
    expect(await there.target.drivers.find('moved-1')).toMatchObject({ state: 'running', isMoved: true });
    await there.target.data.put('runs/moved-1/application.json', '{"id":"app-1","ui":null,"settled":true}');
    const today = superviseRun({
      ...there,
      run: 'moved-1',
      signal,
      missing: async () => undefined,
      timing: QUICK_TIMING,
    });
    expect((await readRunStatus(there.target, there.project, 'moved-1')).state).toBe('running');
    // The driver looks for its marker in the old folder, so the stop does not wait until it has finished a batch.
    expect(await stopRun(there.target, there.project, 'moved-1')).toEqual({
      run: 'moved-1',
      state: 'stopped',
      by: 'SIGTERM',
    });
    await today;
    renameSync(moved, root);
  });

  test('a driver that is started again works in the present folder', async () => {
    await submit('again-1', `cat "$0/../../../src/again-1.py"; exit 0`, {
      kind: 'batch',
      environment: { MILLRACE_RUN_FOLDER: `${root}/.millrace/data/runs/again-1` },
    });
    writeFileSync(
      join(project.state, 'src', 'again-1.py'),
      `RUN_FOLDER = "${root}/.millrace/data/runs/again-1"\nOUTPUT = "${root}/.millrace/data/out/again/1"\n`,
    );
    const moved = join(elsewhere, 'moved');
    renameSync(root, moved);
    const there = makeUpTarget(moved);
    await superviseRun({ ...there, run: 'again-1', signal, missing: async () => undefined, timing: QUICK_TIMING });
    expect(await there.target.data.read('runs/again-1/driver.log')).toBe(
      `RUN_FOLDER = "${moved}/.millrace/data/runs/again-1"\nOUTPUT = "${moved}/.millrace/data/out/again/1"\n`,
    );
    expect(existsSync(root)).toBe(false);
    renameSync(moved, root);
  });

  test('a supervisor writes nothing into another project that has the old place', async () => {
    await submit('same-1', 'exec sleep 60');
    const { end } = supervise('same-1');
    await started('same-1');
    await watched('same-1');
    renameSync(root, join(elsewhere, 'moved'));
    const another = makeUpTarget(root);
    establishHome(another.project.state);
    await writeSupervision(another.project, 'same-1', makeSupervision({ note: 'of the other' })).catch(() => undefined);
    expect(await end).toMatchObject({ code: 'LEFT_BEHIND' });
    expect(await readSupervision(another.project, 'same-1')).toMatchObject({ note: 'of the other' });
    await makeUpTarget(join(elsewhere, 'moved')).target.drivers.signal('same-1', 'SIGKILL');
  });
});
