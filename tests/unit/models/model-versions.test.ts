import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findJob } from '../../../src/jobs/find-jobs.js';
import { CAR_PRICE } from '../../../src/models/model.js';
import { nextVersion, readVersion } from '../../../src/models/model-versions.js';
import { packagePath } from '../../../src/project/package-files.js';
import { LocalFiles } from '../../../src/targets/local/local-files.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
let made = 0;

/** Shared files of their own, with these folders in them. */
function filesWith(...folders: string[]): LocalFiles {
  made += 1;
  const data = join(root, String(made));
  for (const folder of ['', ...folders]) mkdirSync(join(data, folder), { recursive: true });
  return new LocalFiles(data);
}

const errors = { r2: 0.96, mae: 1133, rmse: 1944 };
const metrics = {
  rows: { read: 10, train: 7, test: 2, leftOut: { duplicate: 1 } },
  metrics: errors,
  baseline: { ...errors, r2: -0.05 },
  algorithm: 'linear',
  generated: false,
};

test('the model is trained by the job that names its command', async () => {
  const job = await findJob({ folders: [packagePath()] }, CAR_PRICE.job);
  expect(job.startedBy).toBe(CAR_PRICE.trainedBy);
});

describe('nextVersion', () => {
  test.each([
    ['of a model without versions', [], 'v1'],
    ['behind the newest by number', ['v2', 'v10', 'v9'], 'v11'],
    ['beside one that is being built', ['v1', '.v2-incomplete', 'v3.tmp', 'notes'], 'v2'],
  ])('counts %s', async (_, names, next) => {
    expect(await nextVersion(filesWith(...names.map((name) => `models/car-price/${name}`)), CAR_PRICE)).toBe(next);
  });
});

describe('readVersion', () => {
  test('says what a version was trained on, how good it is, and where it is', async () => {
    const data = filesWith('models/car-price/v3');
    await data.put('models/car-price/v3/metrics.json', JSON.stringify(metrics));
    expect(await readVersion(data, CAR_PRICE, 'v3')).toEqual({
      model: 'car-price',
      version: 'v3',
      path: data.pathForJobs('models/car-price/v3'),
      generated: false,
      rows: metrics.rows,
      metrics: metrics.metrics,
      baseline: metrics.baseline,
    });
  });

  test.each([
    ['is not there', undefined],
    ['is no JSON', '{"rows":'],
    ['lacks a part', JSON.stringify({ ...metrics, metrics: { r2: 1 } })],
  ])('is undefined if its metrics.json %s', async (_, text) => {
    const data = filesWith('models/car-price/v1');
    if (text !== undefined) await data.put('models/car-price/v1/metrics.json', text);
    expect(await readVersion(data, CAR_PRICE, 'v1')).toBeUndefined();
  });
});
