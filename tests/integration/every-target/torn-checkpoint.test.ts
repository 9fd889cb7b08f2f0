import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson } from '../cli.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData, putData } from '../target-data.js';

const project = sharedProject();
const QUERY = 'checkpoints/torn/1/topic';

interface Repaired {
  readonly queries: readonly object[];
  readonly kept: string | null;
  readonly damaged: readonly string[];
}

/** A checkpoint on the target's own files: without Spark, which the tests of power cuts have. */
beforeAll(async () => {
  await putData(`${QUERY}/metadata`, '{"id":"a"}');
  for (const batch of [0, 1]) await putData(`${QUERY}/offsets/${batch}`, 'v1\n{}\n{"cars":{"0":7}}');
  await putData(`${QUERY}/commits/0`, 'v1\n{}');
  await putData(`${QUERY}/commits/1`, '');
  await putData(`${QUERY}/commits/.1.crc`, 'crc');
  await putData(`${QUERY}/state/0/0/1.delta`, 'whole');
  await putData(`${QUERY}/state/0/0/2.delta`, '');
  await putData('checkpoints/torn/1/parquet.json', '');
});

describe('`runs repair`', () => {
  test('leaves everything where nobody can answer', async () => {
    const { exitCode, stderr } = await cli(['runs', 'repair', 'torn'], { project });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('plays batch 1 again');
    expect(await readdir(join(await fetchData(QUERY), 'commits'))).toContain('1');
  });

  test('puts the torn end aside where the target keeps it, and finds nothing more', async () => {
    const { queries, kept, damaged } = await cliJson<Repaired>(['runs', 'repair', 'torn', '--yes'], { project });
    expect(queries).toEqual([
      { query: 'topic', torn: ['commits/1'], takenAway: ['state/0/0/2.delta', 'commits/1'], again: 1 },
    ]);
    expect(damaged).toEqual([expect.stringContaining('parquet.json')]);
    const away = /torn\.\d{8}T\d{6}Z/.exec(kept ?? '')?.[0];
    const [query, put] = [await fetchData(QUERY), await fetchData(`checkpoints/torn/1/${away}/topic`)];
    expect((await readdir(join(put, 'commits'))).sort()).toEqual(['.1.crc', '1']);
    expect([await readdir(join(query, 'commits')), await readdir(join(query, 'state', '0', '0'))]).toEqual([
      ['0'],
      ['1.delta'],
    ]);
    expect(await cliJson(['runs', 'repair', 'torn'], { project })).toMatchObject({ queries: [], kept: null });
  });
});
