import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson } from '../cli.js';
import { carsFile } from '../data.js';
import { expectSameEverywhere } from '../same-everywhere.js';
import { sharedProject } from '../shared-cluster/project.js';
import { fetchData, pathForJobs } from '../target-data.js';

interface Trained {
  readonly version: string;
  readonly path: string;
  readonly rows: { readonly train: number; readonly test: number };
  readonly metrics: { readonly r2: number; readonly mae: number; readonly rmse: number };
}

const project = sharedProject();

describe('train model', () => {
  test('of a topic that is missing is an error', async () => {
    const { exitCode, stderr } = await cli(['--json', 'train', 'model', '--set', 'input=cars-nowhere'], { project });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'TOPIC_MISSING',
      hint: expect.stringContaining('seed cars'),
    });
  });

  test('learns the prices of the listings, the same on every target, and saves a version with pipeline, metrics and schema', async () => {
    await cliJson(['seed', 'cars', carsFile, '--topic', 'cars-train'], { project });
    const settings = ['--set', 'input=cars-train', '--set', 'trees=20', '--set', 'depth=10'];
    const trained = await cliJson<Trained>(['train', 'model', ...settings], { project });
    expect(trained.version).toBe('v1');
    expect(trained.path).toBe(pathForJobs('models/car-price/v1'));
    expect(trained.metrics.r2).toBeGreaterThanOrEqual(0.9);
    expect(trained.rows.test / (trained.rows.train + trained.rows.test)).toBeCloseTo(0.2, 1);
    await expectSameEverywhere('metrics', trained.metrics);
    const saved = await fetchData('models/car-price/v1');
    expect((await readdir(saved)).sort()).toEqual(['metrics.json', 'pipeline', 'schema.json']);
    expect((await readdir(join(saved, 'pipeline', 'stages'))).length).toBeGreaterThan(3);
    expect(JSON.parse(await readFile(join(saved, 'metrics.json'), 'utf8')).metrics).toEqual(trained.metrics);
  });
});
