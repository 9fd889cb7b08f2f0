import { type PipPhase, readPipPhase } from '../../../src/provision/pip-output.js';

describe('readPipPhase', () => {
  test.each<[string, PipPhase | undefined]>([
    ['  Downloading pyspark-4.2.0.tar.gz (450.1 MB)', { label: 'Downloading pyspark-4.2.0.tar.gz', totalMb: 450.1 }],
    ['  Downloading https://i.example/a/py4j.whl (203 kB)', { label: 'Downloading py4j.whl', totalMb: 0.203 }],
    ['  Building wheel for pyspark (pyproject.toml): started', { label: 'Unpacking' }],
    ['Installing collected packages: py4j, pyspark, numpy', { label: 'Installing' }],
    ["  Building wheel for pyspark (pyproject.toml): finished with status 'done'", undefined],
    ['Collecting numpy==2.2.6', undefined],
  ])('%j', (line, phase) => {
    const found = readPipPhase(line);
    expect(found?.label).toBe(phase?.label);
    if (phase?.totalMb) expect(found?.totalMb).toBeCloseTo(phase.totalMb);
  });
});
