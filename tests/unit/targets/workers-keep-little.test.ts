import { readFileSync } from 'node:fs';
import { packagePath } from '../../../src/project/package-files.js';
import { LocalFolders } from '../../../src/targets/local/local-state.js';
import { masterSpec, workerSpec } from '../../../src/targets/local/spark-daemons.js';
import { makeLocalState } from '../../fakes/local-state.js';

/** Spark reads these from a worker's own settings, not from those of an application. */
const KEPT = [
  '-Dspark.executor.logs.rolling.strategy=size',
  '-Dspark.executor.logs.rolling.maxSize=4194304',
  '-Dspark.executor.logs.rolling.maxRetainedFiles=2',
  '-Dspark.worker.cleanup.enabled=true',
];

describe("a worker keeps the newest of its executors' logs, and deletes old folders", () => {
  test('on target local, also in a project that had a cluster before', () => {
    const [folders, state] = [new LocalFolders('/project/.millrace'), makeLocalState()];
    expect(workerSpec(folders, state, {}, 'worker-1').args).toEqual(expect.arrayContaining(KEPT));
    expect(masterSpec(folders, state, {}).args).not.toEqual(expect.arrayContaining([expect.stringMatching(/rolling/)]));
  });

  test('on target docker', () => {
    const compose = readFileSync(packagePath('docker', 'compose.yaml'), 'utf8');
    const options = /SPARK_WORKER_OPTS: >-\n((?: {6}-D.*\n)+)/.exec(compose)?.[1];
    expect(options?.trim().split(/\s+/)).toEqual(KEPT);
  });
});
