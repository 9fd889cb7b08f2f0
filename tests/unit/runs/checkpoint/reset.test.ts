import { UsageError } from '../../../../src/errors.js';
import { currentGeneration } from '../../../../src/runs/checkpoint/generations.js';
import { type ResetOptions, resetRuns } from '../../../../src/runs/checkpoint/reset.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { makeSupervision } from '../../../fakes/supervision.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const { data } = target;
const now = new Date('2026-11-24T15:45:07.123Z');

async function fill(name: string): Promise<void> {
  await data.put(`checkpoints/${name}/2/topic/offsets/0`, 'v1');
  await data.put(`out/${name}/2/part-0.parquet`, 'x');
}
const reset = (name: string, some: Partial<ResetOptions> = {}) =>
  resetRuns({ target, project, name, isBackup: false, confirm: async () => undefined, now, ...some });

describe('resetRuns', () => {
  test('deletes the checkpoints and results of a name, and no others', async () => {
    await Promise.all([fill('cars'), fill('cars-2')]);
    expect(await reset('cars')).toEqual({
      name: 'cars',
      folders: [data.describe('checkpoints/cars'), data.describe('out/cars')],
      backups: [],
    });
    expect(await currentGeneration(data, 'cars')).toEqual({ number: 1, isUsed: false });
    expect([await data.list('checkpoints'), await data.list('out')]).toEqual([['cars-2'], ['cars-2']]);
  });

  test('renames them where a backup is wanted, and the next submit begins at generation 1', async () => {
    await fill('kept');
    const { backups } = await reset('kept', { isBackup: true });
    expect(backups).toEqual([
      data.describe('checkpoints/kept.backup-20261124T154507Z'),
      data.describe('out/kept.backup-20261124T154507Z'),
    ]);
    expect(await data.read('checkpoints/kept.backup-20261124T154507Z/2/topic/offsets/0')).toBe('v1');
    expect(await data.read('out/kept.backup-20261124T154507Z/2/part-0.parquet')).toBe('x');
    expect(await currentGeneration(data, 'kept')).toEqual({ number: 1, isUsed: false });
  });

  test('keeps the parquet of a backup as it was: no file of it names a folder', async () => {
    await data.put('out/plain/2/batch-0.parquet', 'x');
    await data.put('out/plain/2/nested/batch-1.parquet', 'y');
    await reset('plain', { isBackup: true });
    expect(await data.list('out/plain.backup-20261124T154507Z/2')).toEqual(['batch-0.parquet', 'nested']);
    expect(await data.read('out/plain.backup-20261124T154507Z/2/nested/batch-1.parquet')).toBe('y');
  });

  test('puts away what there is, when a name has no results yet', async () => {
    await data.put('checkpoints/early/1/topic/metadata', '{}');
    expect((await reset('early')).folders).toEqual([data.describe('checkpoints/early')]);
  });

  test('asks with the folders by name, and a no leaves everything', async () => {
    await fill('asked');
    const questions: string[] = [];
    const confirm = async (question: string) => {
      questions.push(question);
      throw new UsageError('Nothing was deleted', 'Answer y to go on.');
    };
    expect(await failureOf(reset('asked', { confirm }))).toMatchObject({ exitCode: 2 });
    expect(questions).toEqual([expect.stringContaining(data.describe('out/asked'))]);
    expect(await currentGeneration(data, 'asked')).toEqual({ number: 2, isUsed: true });
  });

  test.each(['nowhere', 'kept.backup-20261124T154507Z', '', '..', '../runs'])(
    'refuses %j and names those that exist, without the backups',
    async (name) => {
      await fill('cars-2');
      const error = (await failureOf(reset(name))) as UsageError;
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(`\`${name}\``) });
      expect(error.hint).toContain('cars-2');
      expect(error.hint).not.toContain('backup');
    },
  );

  test('refuses while a run of that name lives', async () => {
    await fill('live');
    await writeRun(project, makeRunRecord({ run: 'live-1' }));
    await writeSupervision(project, 'live-1', makeSupervision());
    expect(await failureOf(reset('live'))).toMatchObject({ code: 'RUN_LIVE', exitCode: 2, run: 'live-1' });
    expect(await currentGeneration(data, 'live')).toEqual({ number: 2, isUsed: true });
  });
});
