import { existsSync } from 'node:fs';
import { findPrunable, prune } from '../../../../src/runs/prune/prune.js';
import { readAllRuns, runFile, writeRun } from '../../../../src/runs/record/run-record.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { makeSupervision } from '../../../fakes/supervision.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T10:00:00.000Z`;

/** Ended unless `isLive`. */
async function makeRun(run: string, submittedAt: string, isLive = false): Promise<void> {
  await writeRun(project, makeRunRecord({ run, submittedAt }));
  if (isLive) await writeSupervision(project, run, makeSupervision());
  else await target.data.put(`runs/${run}/exit.json`, '{"exitCode":0,"endedAt":"2026-11-24T10:00:00Z"}');
  await target.src.put(`${run}.py`, 'pass\n');
  await target.src.put(`${run}-files/more.py`, 'pass\n');
}

beforeAll(async () => {
  await makeRun('cars-1', day(1), true);
  for (const number of [2, 3, 4, 5]) await makeRun(`cars-${number}`, day(number));
  for (const number of [1, 2]) await makeRun(`news-${number}`, day(number));
  await writeRun(project, makeRunRecord({ run: 'cars-6', submittedAt: day(1), target: 'docker' }));
  await target.data.put('checkpoints/cars/1/topic/offsets/0', '');
  await target.data.put('out/cars/1/part', '');
});

const found = (keep: number, before?: string) =>
  findPrunable(target, project, { keep, before: before === undefined ? undefined : new Date(before) });

describe('findPrunable', () => {
  test.each([
    ['keeps the newest of each name and what lives', 2, undefined, ['cars-3', 'cars-2']],
    ['keeps one at least of each name', 1, undefined, ['cars-4', 'cars-3', 'news-1', 'cars-2']],
    ['keeps what is younger', 1, day(3), ['news-1', 'cars-2']],
    ['finds nothing where all is to be kept', 5, undefined, []],
  ])('%s', async (_, keep, before, runs) => {
    expect([...(await found(keep, before))].sort()).toEqual([...runs].sort());
  });
});

describe('prune', () => {
  test('deletes both halves and the scripts, and nothing that belongs to the name', async () => {
    expect(await prune(target, project, ['cars-2', 'cars-3'])).toEqual({ deleted: ['cars-3', 'cars-2'], kept: 5 });
    for (const run of ['cars-2', 'cars-3']) {
      expect(existsSync(runFile(project, run, ''))).toBe(false);
      expect(await target.data.list(`runs/${run}`)).toEqual([]);
    }
    expect((await target.src.list('')).filter((name) => /^cars-[23]\b/.test(name))).toEqual([]);
    expect(await target.src.list('')).toEqual(expect.arrayContaining(['cars-4.py', 'cars-4-files', 'run-driver.sh']));
    expect(await target.data.list('checkpoints/cars/1/topic/offsets')).toEqual(['0']);
    expect(await target.data.list('out/cars/1')).toEqual(['part']);
    expect((await readAllRuns(project)).map(({ run }) => run)).toContain('cars-6');
  });

  test('leaves a run that was restarted meanwhile', async () => {
    expect(await prune(target, project, ['cars-1'])).toEqual({ deleted: [], kept: 5 });
    expect(existsSync(runFile(project, 'cars-1', 'run.json'))).toBe(true);
  });
});
