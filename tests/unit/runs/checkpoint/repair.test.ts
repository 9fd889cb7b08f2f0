import { readdirSync } from 'node:fs';
import { UsageError } from '../../../../src/errors.js';
import { listQueries } from '../../../../src/runs/checkpoint/generations.js';
import { type RepairOptions, repairRuns } from '../../../../src/runs/checkpoint/repair.js';
import { resetRuns } from '../../../../src/runs/checkpoint/reset.js';
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
const AWAY = 'torn.20261124T154507Z';

/** A query that has committed two batches, the second of which is torn. */
async function tear(name: string, query = 'topic'): Promise<void> {
  const put = (file: string, text: string) => data.put(`checkpoints/${name}/2/${query}/${file}`, text);
  await put('metadata', '{"id":"a"}');
  for (const batch of [0, 1]) {
    await put(`offsets/${batch}`, `v1\n{}\n{"cars":{"0":${batch}}}`);
    await put(`offsets/.${batch}.crc`, 'crc');
  }
  await put('commits/0', 'v1\n{}');
  await put('commits/1', '');
  await put('commits/.1.crc', 'crc');
}
const repair = (name: string, some: Partial<RepairOptions> = {}) =>
  repairRuns({ target, project, name, confirm: async () => undefined, now, ...some });
const filesOf = (path: string) =>
  readdirSync(data.pathForJobs(path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(data.pathForJobs(path).length + 1))
    .sort();

describe('repairRuns', () => {
  test('moves what is torn aside, with its checksum, and leaves the rest', async () => {
    await tear('cars');
    const before = filesOf('checkpoints/cars/2/topic');
    expect(await repair('cars')).toEqual({
      name: 'cars',
      generation: 2,
      queries: [{ query: 'topic', torn: ['commits/1'], takenAway: ['commits/1'], again: 1 }],
      kept: data.describe(`checkpoints/cars/2/${AWAY}`),
      damaged: [],
    });
    const kept = ['commits/.1.crc', 'commits/1'];
    expect(filesOf(`checkpoints/cars/2/${AWAY}/topic`)).toEqual(kept);
    expect(filesOf('checkpoints/cars/2/topic')).toEqual(before.filter((file) => !kept.includes(file)));
    expect(await listQueries(data, 'cars', 2)).toEqual(['checkpoints/cars/2/topic']);
  });

  test('finds nothing torn the second time, asks nothing and moves nothing', async () => {
    const confirm = async () => {
      throw new UsageError('Nothing was deleted', 'Answer y to go on.');
    };
    const before = filesOf('checkpoints/cars');
    expect(await repair('cars', { confirm })).toMatchObject({ queries: [], kept: null });
    expect(filesOf('checkpoints/cars')).toEqual(before);
  });

  test('repairs each query of the newest generation, and leaves the older ones', async () => {
    await tear('both');
    await tear('both', 'alerts');
    await data.put('checkpoints/both/1/topic/offsets/0', '');
    expect((await repair('both')).queries.map(({ query }) => query)).toEqual(['alerts', 'topic']);
    expect(await data.read('checkpoints/both/1/topic/offsets/0')).toBe('');
  });

  test('writes an id of its own for a query that has lost its', async () => {
    await tear('nameless');
    await data.put('checkpoints/nameless/2/topic/metadata', '');
    await repair('nameless');
    expect(JSON.parse((await data.read('checkpoints/nameless/2/topic/metadata')) ?? '')).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    });
    expect(await data.read(`checkpoints/nameless/2/${AWAY}/topic/metadata`)).toBe('');
  });

  test('does so where the file is gone', async () => {
    await tear('unnamed');
    await data.remove('checkpoints/unnamed/2/topic/metadata');
    expect((await repair('unnamed')).queries).toMatchObject([{ torn: ['commits/1', 'metadata'] }]);
    expect(await data.read('checkpoints/unnamed/2/topic/metadata')).toContain('"id"');
  });

  test('names other files that are empty or cut off, and does nothing about them', async () => {
    await data.put('checkpoints/damaged/1/topic/offsets/0', 'v1\n{}\n{}');
    await data.put('checkpoints/damaged/1/topic/metadata', '{}');
    await data.put('checkpoints/damaged/1/fingerprint.json', '{}');
    await data.put('checkpoints/damaged/1/parquet.json', '');
    await data.put('checkpoints/damaged/1/dead-letters.json', '{"batch":');
    await data.put('checkpoints/damaged/1/open/7/part-0.parquet', 'PAR1 rows');
    await data.put('checkpoints/damaged/1/open/7/part-1.parquet', 'PAR1 rows PAR1');
    const { damaged, kept } = await repair('damaged');
    expect(damaged).toEqual(
      ['dead-letters.json', 'open/7/part-0.parquet', 'parquet.json'].map((file) =>
        data.describe(`checkpoints/damaged/1/${file}`),
      ),
    );
    expect(kept).toBeNull();
  });

  test('asks with what will be moved and played again, and a no leaves everything', async () => {
    await tear('asked');
    const questions: string[] = [];
    const confirm = async (question: string) => {
      questions.push(question);
      throw new UsageError('Nothing was deleted', 'Answer y to go on.');
    };
    expect(await failureOf(repair('asked', { confirm }))).toMatchObject({ exitCode: 2 });
    expect(questions).toEqual([
      `1 file of the query topic will be moved, and it plays batch 1 again. They will be in ${data.describe(`checkpoints/asked/2/${AWAY}`)}. Go on?`,
    ]);
    expect(await data.read('checkpoints/asked/2/topic/commits/1')).toBe('');
  });

  test('refuses while a run of that name lives', async () => {
    await tear('live');
    await writeRun(project, makeRunRecord({ run: 'live-1' }));
    await writeSupervision(project, 'live-1', makeSupervision());
    expect(await failureOf(repair('live'))).toMatchObject({ code: 'RUN_LIVE', exitCode: 2, run: 'live-1' });
    expect(await data.read('checkpoints/live/2/topic/commits/1')).toBe('');
  });

  test('says so where no batch is whole any more', async () => {
    await data.put('checkpoints/gone/1/topic/offsets/41', '');
    expect(await failureOf(repair('gone'))).toMatchObject({
      code: 'CHECKPOINT_BEYOND_REPAIR',
      exitCode: 2,
      hint: expect.stringContaining('--new-checkpoint'),
    });
  });

  test.each(['nowhere', '', '..', '../runs'])('refuses %j and names those that have a checkpoint', async (name) => {
    await tear('known');
    const error = (await failureOf(repair(name))) as UsageError;
    expect(error).toMatchObject({ exitCode: 2, message: `There is no checkpoint of \`${name}\`` });
    expect(error.hint).toContain('known');
  });

  test('goes with the rest of the checkpoint to its backup', async () => {
    await tear('kept');
    await repair('kept');
    const before = filesOf('checkpoints/kept');
    await resetRuns({ target, project, name: 'kept', isBackup: true, confirm: async () => undefined, now });
    expect(filesOf('checkpoints/kept.backup-20261124T154507Z')).toEqual(before);
  });
});
